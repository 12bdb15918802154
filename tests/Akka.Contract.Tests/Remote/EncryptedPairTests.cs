using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Transport.DotNetty;
using Xunit;

namespace Akka.Contract.Tests.Remote;

/// <summary>Systems that speak TLS, with a certificate that nobody has signed.</summary>
public sealed class EncryptedPairTests : IDisposable
{
    private const string Password = "secret";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"akka-contract-{Guid.NewGuid():N}.pfx");
    private readonly List<ActorSystem> _systems = [];

    public EncryptedPairTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=contract.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(_path, certificate.Export(X509ContentType.Pkcs12, Password));
    }

    [Fact]
    public async Task Messages_cross_an_encrypted_connection_between_addresses_of_its_scheme()
    {
        var near = Start("near", suppressValidation: true);
        var far = Start("far", suppressValidation: true);
        far.ActorOf(Props.Create<Echo>(), "echo");
        Assert.Equal("akka.ssl.tcp", AddressOf(far).Protocol);
        var echo = await near.ActorSelection(AddressOf(far) + "/user/echo").ResolveOne(Limit);
        Assert.Equal("text", await echo.Ask<string>("text", Limit));
        var large = new byte[60_000];
        Random.Shared.NextBytes(large);
        Assert.Equal(large, await echo.Ask<byte[]>(large, Limit));
    }

    [Fact]
    public async Task The_certificate_may_come_from_code()
    {
        var setup = new DotNettySslSetup(X509CertificateLoader.LoadPkcs12FromFile(_path, Password), suppressValidation: true);
        var near = Start("near", setup);
        var far = Start("far", setup);
        far.ActorOf(Props.Create<Echo>(), "echo");
        Assert.Equal("text", await (await near.ActorSelection(AddressOf(far) + "/user/echo").ResolveOne(Limit)).Ask<string>("text", Limit));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_prevents_the_association()
    {
        var near = Start("near", suppressValidation: false);
        var far = Start("far", suppressValidation: true);
        far.ActorOf(Props.Create<Echo>(), "echo");
        var failed = new TaskCompletionSource<AssociationErrorEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        near.EventStream.Subscribe(near.ActorOf(Props.Create(() => new FirstOf<AssociationErrorEvent>(failed))), typeof(AssociationErrorEvent));
        near.ActorSelection(AddressOf(far) + "/user/echo").Tell("lost", ActorRefs.NoSender);
        Assert.Equal(AddressOf(far), (await failed.Task.WaitAsync(Limit)).RemoteAddress);
    }

    public void Dispose()
    {
        Assert.True(Task.WaitAll(_systems.Select(static system => system.Terminate()).ToArray(), Limit));
        File.Delete(_path);
    }

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private ActorSystem Start(string name, bool suppressValidation) => Adopt(ActorSystem.Create(name, ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp.ssl {
          suppress-validation = {{(suppressValidation ? "true" : "false")}}
          certificate { path = "{{_path}}", password = "{{Password}}", flags = ["default-key-set"] }
        }
        """).WithFallback(Common())));

    private ActorSystem Start(string name, Setup setup) =>
        Adopt(ActorSystem.Create(name, BootstrapSetup.Create().WithConfig(Common()).And(setup)));

    private ActorSystem Adopt(ActorSystem system)
    {
        _systems.Add(system);
        return system;
    }

    private static Config Common() => ConfigurationFactory.ParseString("""
        akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off, actor.provider = remote }
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = true }
        """);

    private sealed class FirstOf<T> : ReceiveActor
    {
        public FirstOf(TaskCompletionSource<T> first)
        {
            Receive<T>(message => first.TrySetResult(message));
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Transport;
using Akka.Remote.Transport.DotNetty;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class TlsTests : RemoteFixture
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public void Messages_of_all_sizes_watches_and_replies_cross_an_encrypted_connection()
    {
        string settings = _certificates.Settings(_certificates.Issue("node.pfx", "cluster.test"));
        ActorSystem a = Start("a", settings);
        ActorSystem b = Start("b", settings);
        Assert.Equal("akka.ssl.tcp", AddressOf(b).Protocol);
        IActorRef target = b.ActorOf(Props.Create<Echo>());
        IActorRef echo = Across(a, target, b);
        byte[] large = new byte[100_000];
        new Random(3).NextBytes(large);
        foreach (object message in new object[] { "text", 17, large, new byte[1000] }) Assert.Equal(message, Await(echo.Ask(message, Limit)));
        for (int i = 0; i < 2000; i++) echo.Tell(large, ActorRefs.NoSender);
        BlockingCollection<Terminated> ended = new();
        Await(a.ActorOf(Props.Create(() => new Watcher(ended))).Ask<string>(echo, Limit));
        b.Stop(target);
        Assert.False(Next(ended).AddressTerminated);
    }

    [Fact]
    public void A_cluster_forms_over_encrypted_connections()
    {
        string settings = "akka.actor.provider = cluster\n" + _certificates.Settings(_certificates.Issue("node.pfx", "cluster.test"), "require-mutual-authentication = on");
        ActorSystem first = Start("c", settings);
        ActorSystem second = Start("c", settings);
        TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Akka.Cluster.Cluster.Get(second).RegisterOnMemberUp(up.SetResult);
        Akka.Cluster.Cluster.Get(first).Join(AddressOf(first));
        Akka.Cluster.Cluster.Get(second).Join(AddressOf(first));
        Await(up.Task);
        Assert.Equal(2, Akka.Cluster.Cluster.Get(second).State.Members.Count);
    }

    [Fact]
    public void A_certificate_from_code_is_used_when_the_configuration_names_none()
    {
        DotNettySslSetup setup = new(_certificates.Load(_certificates.Issue("code.pfx", "code.test")), suppressValidation: true);
        ActorSystem a = StartWith("a", setup);
        ActorSystem b = StartWith("b", setup);
        Assert.Equal("x", Await(Across(a, b.ActorOf(Props.Create<Echo>()), b).Ask<string>("x", Limit)));
    }

    [Theory]
    [InlineData("untrusted")]
    [InlineData("expired")]
    [InlineData("other name")]
    public void A_peer_with_a_wrong_certificate_is_not_talked_to_and_others_are(string flaw)
    {
        using TestCertificates strangers = new();
        string good = _certificates.Issue("good.pfx", "cluster.test");
        string bad = flaw switch
        {
            "untrusted" => strangers.Issue("bad.pfx", "cluster.test"),
            "expired" => _certificates.Issue("bad.pfx", "cluster.test", validFromDays: -10, validToDays: -1),
            _ => _certificates.Issue("bad.pfx", "elsewhere.test"),
        };
        ActorSystem a = Start("a", _certificates.Settings(good));
        ActorSystem b = Start("b", _certificates.Settings(bad));
        ActorSystem c = Start("c", _certificates.Settings(good));
        IActorRef friend = Across(a, c.ActorOf(Props.Create<Echo>()), c);
        Assert.Equal("1", Await(friend.Ask<string>("1", Limit)));
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);

        ExpectNoAssociation(a, b);

        Assert.Equal("2", Await(friend.Ask<string>("2", Limit)));
        Assert.Empty(ends);
    }

    [Fact]
    public void With_mutual_authentication_who_connects_has_to_show_a_valid_certificate()
    {
        using TestCertificates strangers = new();
        string good = _certificates.Issue("good.pfx", "cluster.test");
        const string Mutual = "require-mutual-authentication = on";
        ActorSystem server = Start("server", "akka.loglevel = WARNING\n" + _certificates.Settings(good, Mutual));
        ActorSystem friend = Start("friend", _certificates.Settings(good, Mutual));
        ActorSystem intruder = Start("intruder", _certificates.Settings(strangers.Issue("bad.pfx", "cluster.test"), "suppress-validation = on"));
        IActorRef echo = server.ActorOf(Props.Create<Echo>());
        BlockingCollection<Warning> warnings = Events<Warning>(server);

        ExpectNoAssociation(intruder, server);
        Assert.Contains("TLS", Next(warnings).Message.ToString(), StringComparison.Ordinal);

        Assert.Equal("x", Await(Across(friend, echo, server).Ask<string>("x", Limit)));
    }

    [Fact]
    public void A_renewed_certificate_is_shown_to_new_connections_and_old_ones_go_on()
    {
        string path = _certificates.Issue("node.pfx", "cluster.test");
        string first = Thumbprint(path);
        ActorSystem a = Start("a", _certificates.Settings(path));
        ActorSystem b = Start("b", _certificates.Settings(path));
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>()), b);
        Assert.Equal("1", Await(echo.Ask<string>("1", Limit)));
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        Assert.Equal(first, ShownBy(b));

        _certificates.Issue("node.pfx", "cluster.test", validToDays: 2);
        string second = Thumbprint(path);
        Assert.NotEqual(first, second);
        Assert.Equal(second, ShownBy(b));
        Assert.Equal("2", Await(echo.Ask<string>("2", Limit)));
        Assert.Empty(ends);

        // A file that is half written, and one that is gone: the former certificate serves on.
        File.WriteAllBytes(path, File.ReadAllBytes(path).AsSpan(0, 100).ToArray());
        Assert.Equal(second, ShownBy(b));
        File.Delete(path);
        Assert.Equal(second, ShownBy(b));

        _certificates.Issue("node.pfx", "cluster.test", validToDays: 3);
        Assert.Equal(Thumbprint(path), ShownBy(b));
        RemotingOf(b).BreakConnections();
        Assert.Equal("3", AskUntilAnswered(echo, "3"));
    }

    [Fact]
    public void Plain_and_encrypted_systems_do_not_associate_and_neither_is_harmed()
    {
        ActorSystem plain = Start("plain");
        ActorSystem encrypted = Start("encrypted", _certificates.Settings(_certificates.Issue("node.pfx", "cluster.test")));
        // Under the scheme that the dialling side speaks, at the port of the other.
        ExpectNoAssociation(plain, new Address("akka.tcp", "encrypted", "127.0.0.1", PortOf(encrypted)));
        ExpectNoAssociation(encrypted, new Address("akka.ssl.tcp", "plain", "127.0.0.1", PortOf(plain)));
        foreach (ActorSystem system in new[] { plain, encrypted })
            Assert.Equal("lives", Await(system.ActorOf(Props.Create<Echo>()).Ask<string>("lives", Limit)));
    }

    [Fact]
    public void Strangers_on_an_encrypted_port_are_cut_off()
    {
        string settings = _certificates.Settings(_certificates.Issue("node.pfx", "cluster.test"));
        ActorSystem a = Start("a", settings);
        ActorSystem b = Start("b", "akka.remote.handshake-timeout = 300ms\n" + settings);
        Random random = new(9);
        for (int i = 0; i < 10; i++)
        {
            using Socket stranger = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            stranger.Connect(IPAddress.Loopback, PortOf(b));
            byte[] noise = new byte[500];
            random.NextBytes(noise);
            // A client's first record whose rest is noise; noise alone; nothing at all.
            if (i % 3 == 0) new byte[] { 0x16, 3, 1, 1, 0, 1, 0, 0, 0xfc, 3, 3 }.CopyTo(noise, 0);
            if (i % 3 != 2) stranger.Send(noise);
            stranger.ReceiveTimeout = (int)Limit.TotalMilliseconds;
            Assert.True(IsCutOff(stranger));
        }

        Assert.Equal("x", Await(Across(a, b.ActorOf(Props.Create<Echo>()), b).Ask<string>("x", Limit)));
    }

    [Theory]
    [InlineData("", "names no certificate")]
    [InlineData("ssl.certificate.path = \"/no/such/file.pfx\"", "/no/such/file.pfx")]
    [InlineData("ssl.certificate { use-thumbprint-over-file = on }", "thumbprint")]
    [InlineData("ssl.certificate { use-thumbprint-over-file = on, thumbprint = \"00112233445566778899AABBCCDDEEFF00112233\" }", "00112233")]
    [InlineData("ssl.certificate { path = x, flags = [\"wrong\"] }", "wrong")]
    [InlineData("ssl.certificate { path = x, store-location = \"the moon\" }", "the moon")]
    public void A_system_whose_certificate_cannot_be_had_does_not_start_and_says_why(string settings, string told)
    {
        ConfigurationException thrown = Assert.Throws<ConfigurationException>(
            () => Start("a", "akka.remote.dot-netty.tcp { enable-ssl = on\n" + settings + "\n}"));
        Assert.Contains(told, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_password_is_told_at_the_start()
    {
        string path = _certificates.Issue("node.pfx", "cluster.test");
        ConfigurationException thrown = Assert.Throws<ConfigurationException>(() => Start("a", _certificates.Settings(path)
            + "akka.remote.dot-netty.tcp.ssl.certificate.password = wrong"));
        Assert.Contains(path, thrown.Message, StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        base.Dispose();
        _certificates.Dispose();
    }

    private void ExpectNoAssociation(ActorSystem from, ActorSystem to) => ExpectNoAssociation(from, AddressOf(to));

    private static void ExpectNoAssociation(ActorSystem from, Address to)
    {
        BlockingCollection<AssociationErrorEvent> errors = Events<AssociationErrorEvent>(from);
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(from);
        ((ExtendedActorSystem)from).Provider.ResolveActorRef(new RootActorPath(to) / "user" / "x").Tell("lost", ActorRefs.NoSender);
        AssociationErrorEvent error = Next(errors);
        Assert.Equal(to, error.RemoteAddress);
        // Who shows a certificate that the other side refuses may learn of it only by the end of the connection.
        Assert.IsType<InvalidAssociationException>(error.Cause);
        Assert.Equal("lost", Next(deadLetters).Message);
    }

    private string Thumbprint(string path)
    {
        using var certificate = _certificates.Load(path);
        return certificate.Thumbprint;
    }

    private static string ShownBy(ActorSystem system)
    {
        using TcpClient client = new("127.0.0.1", PortOf(system));
        using SslStream stream = new(client.GetStream(), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("cluster.test");
        return stream.RemoteCertificate.GetCertHashString();
    }

    private ActorSystem StartWith(string name, Setup setup) => Adopt(ActorSystem.Create(name, BootstrapSetup.Create()
        .WithConfig(ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.enable-ssl = on\n" + Common)).And(setup)));
}

using Akka.Actor;

namespace Bench;

/// <summary>
/// Two processes with remoting between them over loopback: this one, and another with an echo and a counting sink. Started by the
/// first remoting row and kept for all of them, so that compilation is paid for once; the other one ends with its standard input.
/// </summary>
internal sealed class RemotePeer
{
    public const string Part = "remote-peer";

    /// <summary>Frames of 64 KiB payloads have to fit.</summary>
    private const string Settings = """
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 1MiB }
        """;

    private static readonly Lazy<RemotePeer> Started = new(static () => new RemotePeer());

    private readonly ChildProcess _process = ChildProcess.Start(Part);
    private readonly Address _address;

    private RemotePeer()
    {
        _address = Address.Parse(_process.Output.ReadLine() ?? throw new InvalidOperationException("the other process did not start"));
    }

    public static RemotePeer Instance => Started.Value;

    public ActorSystem System { get; } = BenchSystem.Create("near", Settings);

    /// <summary>CPU time that the other process has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Process.Refresh();
            return _process.Process.TotalProcessorTime;
        }
    }

    public IActorRef Resolve(string name) =>
        System.ActorSelection(new RootActorPath(_address) / "user" / name).ResolveOne(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();

    /// <summary>The other process.</summary>
    public static int Run(string[] arguments)
    {
        var system = BenchSystem.Create("far", Settings);
        system.ActorOf(Props.Create<Echo>(), "echo");
        system.ActorOf(Props.Create<Sink>(), "sink");
        Console.WriteLine(((ExtendedActorSystem)system).Provider.DefaultAddress);
        Console.In.ReadToEnd();
        return arguments.Length;
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    /// <summary>Answers every burst of a sender, so that no queue between them overflows.</summary>
    private sealed class Sink : UntypedActor
    {
        private readonly Dictionary<IActorRef, int> _received = new();

        protected override void OnReceive(object message)
        {
            _received.TryGetValue(Sender, out var received);
            if (++received < RemoteFlow.BurstOf(message))
            {
                _received[Sender] = received;
                return;
            }

            _received[Sender] = 0;
            Sender.Tell(RemoteFlow.Credit, Self);
        }
    }
}

using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;

namespace Bench.Akka;

/// <summary>The other process of the remoting rows: an actor system with an echo and a counting sink. Ends with its standard input.</summary>
internal static class RemotePeer
{
    public const string Argument = "remote-peer";

    /// <summary>Frames of 64 KiB payloads have to fit.</summary>
    private const string Settings = """
        akka {
          loglevel = WARNING
          actor.provider = remote
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 1MiB }
        }
        """;

    public static ActorSystem StartSystem(string name) => ActorSystem.Create(name, ConfigurationFactory.ParseString(Settings));

    public static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    /// <summary>The child's side: writes its address as its only line.</summary>
    public static void Run()
    {
        ActorSystem system = StartSystem("peer");
        system.ActorOf(Props.Create<Echo>(), "echo");
        system.ActorOf(Props.Create<Sink>(), "sink");
        Console.WriteLine(AddressOf(system));
        Console.In.ReadToEnd();
        system.Terminate().Wait(TimeSpan.FromSeconds(10));
    }

    /// <summary>The parent's side.</summary>
    public static (Process Process, Address Address) StartProcess()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(RemotePeer).Assembly.Location);
        start.ArgumentList.Add(Argument);
        Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer process did not start");
        return (process, Address.Parse(line));
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    /// <summary>Answers every <see cref="RemoteFlow.Burst"/> messages of a sender, so that no queue between them overflows.</summary>
    private sealed class Sink : UntypedActor
    {
        private readonly Dictionary<IActorRef, int> _received = new();

        protected override void OnReceive(object message)
        {
            ref int received = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_received, Sender, out _);
            if (++received < RemoteFlow.BurstOf(message)) return;
            received = 0;
            Sender.Tell(RemoteFlow.Credit, Self);
        }
    }
}

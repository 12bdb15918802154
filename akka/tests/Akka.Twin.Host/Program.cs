using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Twin.Host;

using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>
/// One plain node of a cluster in a process of its own. The first argument is its HOCON. It says on stdout what it sees, a line each:
/// "ready NODE", "event TYPE NODE", "state …" (see <see cref="Narrator"/>), "terminated". On stdin it takes "leave" and "down ADDRESS". It ends
/// with its system, and when stdin is closed: it never outlives the test.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var config = ConfigurationFactory.ParseString(arguments[0]);
        if (config.GetBoolean(ExitingProcess.Key)) return await ExitingProcess.RunAsync(config);
        var system = ActorSystem.Create("twin", config);
        var cluster = AkkaCluster.Get(system);
        Say($"ready {Narrator.Name(cluster.SelfUniqueAddress)}");
        system.ActorOf(Props.Create(() => new Narrator(cluster)), "narrator");
        _ = Task.Run(() => Listen(cluster));
        await system.WhenTerminated;
        Say("terminated");
        return 0;
    }

    internal static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    private static void Listen(AkkaCluster cluster)
    {
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words[0] == "leave") cluster.Leave(cluster.SelfAddress);
            else if (words[0] == "down") cluster.Down(Address.Parse(words[1]));
        }

        Environment.Exit(9);
    }
}

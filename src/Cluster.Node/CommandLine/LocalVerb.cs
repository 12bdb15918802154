using System.CommandLine;
using Cluster.Node.Configuration;
using Cluster.Node.Hosting;
using Cluster.Node.Local;

namespace Cluster.Node.CommandLine;

/// <summary>`local --nodes N [--data DIR] [-D key=value]…`: N nodes on this machine, each in its own process.</summary>
internal static class LocalVerb
{
    public static Command Create()
    {
        var nodes = new Option<int>("--nodes")
        {
            Description = "Number of nodes, 1 to 9.",
            HelpName = "N",
            DefaultValueFactory = _ => 3,
        };
        var data = SharedOptions.Data();
        var definitions = SharedOptions.Definitions();
        var command = new Command("local", "Runs several nodes on this machine, for a try or a test.") { nodes, data, definitions };
        command.SetAction(async parsed =>
        {
            int count = parsed.GetValue(nodes);
            if (count is < 1 or > 9) throw new SettingsException($"--nodes: expected a number from 1 to 9, got {count}");
            using var signals = new StopSignals();
            var plan = LocalPlan.Create(count, parsed.GetValue(definitions)!, parsed.GetValue(data));
            await using var cluster = new LocalCluster(plan, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return await cluster.RunAsync(signals.Asked).ConfigureAwait(false);
        });
        return command;
    }
}

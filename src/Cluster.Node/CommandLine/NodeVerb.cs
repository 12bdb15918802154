using System.CommandLine;
using Cluster.Node.Configuration;
using Cluster.Node.Hosting;
using Cluster.Node.Local;

namespace Cluster.Node.CommandLine;

/// <summary>`node [--config FILE]… [--data DIR] [-D key=value]…`: runs one node until it is told to stop.</summary>
internal static class NodeVerb
{
    public static Command Create()
    {
        var config = new Option<string[]>("--config")
        {
            Description = "A configuration file; may be repeated, later files override earlier ones.",
            HelpName = "FILE",
            DefaultValueFactory = _ => [],
        };
        var data = SharedOptions.Data();
        var definitions = SharedOptions.Definitions();
        var withParent = new Option<bool>(LocalProcess.WithParentOption) { Hidden = true };
        var command = new Command("node", "Runs one node (the default).") { config, data, definitions, withParent };
        command.SetAction(parsed =>
        {
            var loaded = SettingsLoader.Load(parsed.GetValue(config)!, parsed.GetValue(definitions)!, parsed.GetValue(data));
            return RunAsync(loaded, parsed.GetValue(withParent), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static async Task<int> RunAsync(LoadedSettings loaded, bool withParent, TextWriter output)
    {
        using var signals = new StopSignals();
        if (withParent) ParentWatch.Start();
        await using var host = new NodeHost(loaded, output);
        await host.StartAsync().ConfigureAwait(false);
        return await host.RunAsync(signals.Asked).ConfigureAwait(false);
    }
}

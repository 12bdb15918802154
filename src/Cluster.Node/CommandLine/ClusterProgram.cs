using System.CommandLine;
using Cluster.Node.Configuration;
using Cluster.Storage;

namespace Cluster.Node.CommandLine;

/// <summary>The command line: finds the verb, and turns every refusal into one line on stderr and exit code 2.</summary>
internal static class ClusterProgram
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand("A sharded, replicated, durable store that speaks the Redis protocol.");
        root.Add(NodeVerb.Create());
        root.Add(LocalVerb.Create());
        root.Add(VerifyVerb.Create());
        root.Add(RepairVerb.Create());
        root.Add(WalVerb.Create());
        root.Add(VersionVerb.Create());
        var parsed = root.Parse(WithVerb(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Of several errors the one that quotes what was typed says most.
        if (parsed.Errors.Count > 0) return Refuse(errors, parsed.Errors.OrderByDescending(error => error.Message.Contains('\'')).First().Message);
        try
        {
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = errors };
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SettingsException or DataFolderInUseException or NodeRefusedException)
        {
            return Refuse(errors, e.Message);
        }
    }

    /// <summary>Without a verb the program is a node.</summary>
    private static string[] WithVerb(string[] arguments)
    {
        bool verb = arguments.Length > 0 && (!arguments[0].StartsWith('-') || arguments[0] is "--help" or "-h" or "-?" or "--version");
        return verb ? arguments : ["node", .. arguments];
    }

    private static int Refuse(TextWriter errors, string message)
    {
        errors.WriteLine($"cluster: {message.ReplaceLineEndings(" ")}");
        return ExitCode.Refused;
    }
}

using System.CommandLine;

namespace Cluster.Node.CommandLine;

/// <summary>Options that several verbs have, with the same meaning.</summary>
internal static class SharedOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "Folder of the data; overrides cluster.data-dir.",
        HelpName = "DIR",
    };

    public static Option<string[]> Definitions() => new("-D")
    {
        Description = "Sets one configuration key; may be repeated, overrides the files.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };
}

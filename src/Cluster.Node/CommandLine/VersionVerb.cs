using System.CommandLine;
using System.Reflection;

namespace Cluster.Node.CommandLine;

/// <summary>`version`</summary>
internal static class VersionVerb
{
    public static string Version { get; } = Read();

    public static Command Create()
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine($"cluster {Version}"));
        return command;
    }

    private static string Read()
    {
        string text = typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        int build = text.IndexOf('+');
        return build < 0 ? text : text[..build];
    }
}

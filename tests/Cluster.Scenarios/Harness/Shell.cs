using System.ComponentModel;
using System.Diagnostics;

namespace Cluster.Scenarios.Harness;

/// <summary>Programs of the system, run to their end.</summary>
internal static class Shell
{
    public static void Run(string program, params string[] arguments)
    {
        if (Try(program, arguments) is { } failure) throw new InvalidOperationException(failure);
    }

    /// <summary>Null: it went well.</summary>
    public static string? Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEndAsync();
            string said = process.StandardError.ReadToEnd();
            output.Wait();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)}: code {process.ExitCode} {said.Trim()}";
        }
        catch (Win32Exception missing)
        {
            return $"{program}: {missing.Message}";
        }
    }
}

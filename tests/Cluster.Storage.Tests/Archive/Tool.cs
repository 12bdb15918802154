using System.Diagnostics;
using Xunit;

namespace Cluster.Storage.Tests.Archive;

/// <summary>Skipped, with the reason, where a program is not installed; CLUSTER_TESTS_MUST_NOT_SKIP=1 runs it there as well, so that it fails.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] programs)
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_TESTS_MUST_NOT_SKIP") == "1")
            return;
        foreach (var program in programs)
        {
            if (!Tool.IsInstalled(program))
                Skip = $"{program} is not installed";
        }
    }
}

/// <summary>Programs of other people that our files must be good for.</summary>
internal static class Tool
{
    public static bool IsInstalled(string program)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            if (folder.Length > 0 && File.Exists(Path.Combine(folder, program)))
                return true;
        }

        return false;
    }

    /// <summary>Runs it with that standard input and returns its standard output; fails if it does not end with 0.</summary>
    public static byte[] Run(string program, byte[] input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEndAsync();
        var feeding = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        });
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        feeding.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said.GetAwaiter().GetResult()}");
        return output.ToArray();
    }
}

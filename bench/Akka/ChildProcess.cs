using System.Diagnostics;

namespace Bench;

/// <summary>This program once more, playing a part of <see cref="Rows.Children"/>; it is killed when it is disposed of.</summary>
internal sealed class ChildProcess : IDisposable
{
    public const string Option = "--child";

    private readonly Process _process;

    private ChildProcess(Process process)
    {
        _process = process;
    }

    public Process Process => _process;

    public TextReader Output => _process.StandardOutput;

    public TextWriter Input => _process.StandardInput;

    public static ChildProcess Start(string part, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        // Under `dotnet x.dll` the process is dotnet; with its own executable there is no dll to name.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.ArgumentList.Add(Option);
        start.ArgumentList.Add(part);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new ChildProcess(Process.Start(start)!);
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}

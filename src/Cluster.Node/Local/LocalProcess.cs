using System.Diagnostics;
using System.Reflection;

namespace Cluster.Node.Local;

/// <summary>
/// A child process: this program again. Its stdin is a pipe that nobody writes to and that the system closes when this
/// process ends in whatever way; the child watches it.
/// </summary>
internal sealed class LocalProcess : IDisposable
{
    public const string WithParentOption = "--with-parent";

    private readonly Process _process;

    private LocalProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public Task Ended => _process.WaitForExitAsync();

    public int ExitCode => _process.ExitCode;

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Errors => _process.StandardError;

    public static LocalProcess Start(LocalNode node)
    {
        var start = new ProcessStartInfo
        {
            FileName = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is not known"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Started as `dotnet Cluster.Node.dll` the program is the second argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (string argument in node.Arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(WithParentOption);
        return new LocalProcess(node.Name, Process.Start(start) ?? throw new InvalidOperationException("the process did not start"));
    }

    /// <summary>SIGTERM: a clean stop.</summary>
    public void AskToStop()
    {
        if (!_process.HasExited) NativeSignals.Send(_process.Id, NativeSignals.Terminate);
    }

    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    public void Dispose() => _process.Dispose();
}

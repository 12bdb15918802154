using System.Runtime.InteropServices;

namespace Cluster.Scenarios.Harness;

internal enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

internal static partial class Signals
{
    public static void Send(int process, Signal signal)
    {
        if (Kill(process, (int)signal) != 0) throw new InvalidOperationException($"{signal} to process {process}: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>False as well for one that has ended and that nobody has waited for.</summary>
    public static bool Lives(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

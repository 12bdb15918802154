using System.Runtime.InteropServices;

namespace Cluster.Node.Local;

internal static partial class NativeSignals
{
    public const int Terminate = 15;

    /// <summary>A process that is gone already needs no signal, so the result is of no interest.</summary>
    public static void Send(int process, int signal) => _ = Kill(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

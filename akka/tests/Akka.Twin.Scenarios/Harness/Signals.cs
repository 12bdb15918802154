using System;
using System.Runtime.InteropServices;

namespace Akka.Twin.Scenarios.Harness;

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

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

namespace Cluster.Node.Local;

/// <summary>
/// Ends this process when the one that started it ends, however it ends: reads the pipe on stdin, whose other end only the parent
/// has. Nothing is left to serve then, so there is no clean leave; the log is written for a stop at any point.
/// </summary>
internal static class ParentWatch
{
    public static void Start()
    {
        var thread = new Thread(Watch) { IsBackground = true, Name = "parent watch" };
        thread.Start();
    }

    private static void Watch()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> nothing = stackalloc byte[64];
        try
        {
            while (input.Read(nothing) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe says the same.
        }

        Environment.Exit(CommandLine.ExitCode.Failed);
    }
}

namespace Cluster.Node.CommandLine;

/// <summary>What the program ends with; a contract with scripts.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something broke that the caller could not have known; the log says what.</summary>
    public const int Failed = 1;

    /// <summary>A wrong option, key or value, or an address or folder that another process holds; one line on stderr says which.</summary>
    public const int Refused = 2;

    /// <summary>Ctrl+C or SIGTERM before the end; nothing was changed.</summary>
    public const int Interrupted = 130;
}

namespace Cluster.Node.Resp;

/// <summary>What a client may send at most. Past a limit the connection gets one protocol error and is closed.</summary>
public static class RespLimits
{
    /// <summary>One bulk string; also the limit of a value.</summary>
    public const int BulkBytesMax = 64 * 1024 * 1024;

    /// <summary>One whole command, all arguments and headers: a record (128 MiB) has to hold it.</summary>
    public const int CommandBytesMax = 120 * 1024 * 1024;

    /// <summary>As in Redis.</summary>
    public const int ArgumentsMax = 1024 * 1024;

    /// <summary>As in Redis.</summary>
    public const int InlineBytesMax = 64 * 1024;

    /// <summary>A header line is a sign and at most ten digits that make sense; anything longer is not one.</summary>
    public const int HeaderBytesMax = 32;
}

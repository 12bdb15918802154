namespace Cluster.Actors.Persistence;

/// <summary>A write was refused before anything of it reached the log: it is certainly not stored.</summary>
public sealed class WriteRefusedException : Exception
{
    public WriteRefusedException(string message)
        : base(message)
    {
    }

    public WriteRefusedException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}

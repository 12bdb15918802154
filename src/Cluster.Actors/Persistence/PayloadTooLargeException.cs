namespace Cluster.Actors.Persistence;

/// <summary>An atomic write or a snapshot is larger than the plugin takes. Nothing of it is stored.</summary>
public sealed class PayloadTooLargeException(string persistenceId, long bytes, long bytesMax)
    : Exception($"What '{persistenceId}' wants to store at once takes {bytes} bytes; write-bytes-max is {bytesMax}.")
{
    public long Bytes { get; } = bytes;

    public long BytesMax { get; } = bytesMax;
}

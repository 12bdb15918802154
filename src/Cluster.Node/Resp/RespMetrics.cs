namespace Cluster.Node.Resp;

/// <summary>Counters of the client side, since the start of the process. Added to once per round, not per command.</summary>
public sealed class RespMetrics
{
    private long _connections;
    private long _commands;
    private long _rounds;
    private long _protocolErrors;
    private long _refusedBatches;
    private long _bytesIn;
    private long _bytesOut;

    public long Connections => Volatile.Read(ref _connections);

    public long Commands => Volatile.Read(ref _commands);

    public long Rounds => Volatile.Read(ref _rounds);

    public long ProtocolErrors => Volatile.Read(ref _protocolErrors);

    /// <summary>Batches that a shard's full queue, or a shard without actor, did not take.</summary>
    public long RefusedBatches => Volatile.Read(ref _refusedBatches);

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    internal void ConnectionOpened() => Interlocked.Increment(ref _connections);

    internal void RoundTaken(int commands)
    {
        Interlocked.Increment(ref _rounds);
        Interlocked.Add(ref _commands, commands);
    }

    internal void ProtocolError() => Interlocked.Increment(ref _protocolErrors);

    internal void BatchRefused() => Interlocked.Increment(ref _refusedBatches);

    internal void Received(long bytes) => Interlocked.Add(ref _bytesIn, bytes);

    internal void Sent(long bytes) => Interlocked.Add(ref _bytesOut, bytes);
}

namespace Cluster.Storage.Log;

/// <summary>
/// Consecutive whole records of one shard, in one or several ranges of memory; no record spans two ranges. Shares the log's buffer
/// without a copy and keeps it alive: dispose it exactly once, when the bytes have been used. Any thread, one at a time.
/// </summary>
public sealed class LogSlice : IDisposable
{
    public Lsn First { get; internal set; }

    public Lsn Last { get; internal set; }

    public Term LastTerm { get; internal set; }

    /// <summary>The shard's rolling digest after <see cref="Last"/>.</summary>
    public ulong Digest { get; internal set; }

    /// <summary>All ranges together, in bytes.</summary>
    public int Length { get; internal set; }

    public int RangeCount => throw new NotImplementedException();

    public ReadOnlySpan<byte> Range(int index) => throw new NotImplementedException();

    public void CopyTo(Span<byte> destination) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

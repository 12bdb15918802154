using System.Buffers.Binary;
using Cluster.Storage.Log;

namespace Cluster.Storage;

/// <summary>
/// Walks through the committed records of a shard. Never shows a record that could still be cut. One thread at a time, any thread;
/// blocks on the disk when a position is older than the log's buffer.
/// </summary>
public sealed class CommittedRecordReader : IDisposable
{
    private const int SliceBytes = 256 << 10;

    private readonly ShardStore _store;
    private LogSlice? _slice;
    private Lsn _trusted;
    private Lsn _position;
    private int _range;
    private int _offset;
    private int _length;

    internal CommittedRecordReader(ShardStore store, Lsn after)
    {
        _store = store;
        _position = after;
    }

    /// <summary>LSN of the current record; before the first, the one to start behind.</summary>
    public Lsn Position => _position;

    /// <summary>Valid until the next call.</summary>
    public RecordView Current => RecordView.FromTrusted(_slice!.Range(_range).Slice(_offset, _length));

    /// <summary>False if no further record is committed yet. Throws <see cref="LogReleasedException"/> if the next one is gone.</summary>
    public bool MoveNext()
    {
        if (_slice == null || _position >= _trusted)
        {
            if (!Load())
                return false;
        }
        else
        {
            _offset += _length;
        }

        while (_offset == _slice!.Range(_range).Length)
        {
            _range++;
            _offset = 0;
        }

        _position = _position.Next;
        var rest = _slice.Range(_range)[_offset..];
        _length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        Invariant.Check(Current.Lsn == _position, "records of a log follow each other");
        return true;
    }

    public void Dispose()
    {
        _slice?.Dispose();
        _slice = null;
    }

    private bool Load()
    {
        Dispose();
        // Taken before the read: what the slice holds beyond it may be cut and its LSN given to another record.
        var commit = _store.CommitLsn;
        if (_position >= commit)
            return false;
        var outcome = _store.Log.TryRead(_position, SliceBytes, out _slice);
        if (outcome == LogReadOutcome.NotInBuffer)
            outcome = _store.Log.ReadFromDisk(_position, SliceBytes, out _slice);
        if (outcome == LogReadOutcome.Released)
            throw new LogReleasedException(_position.Next, _store.FirstLsn);
        Invariant.Check(outcome == LogReadOutcome.Records && _slice != null, "a committed record can be read");
        _trusted = Lsn.Min(commit, _slice.Last);
        _range = 0;
        _offset = 0;
        _length = 0;
        return true;
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Log;

/// <summary>
/// The owner's side of a log: lays records out in memory where they will lie in the file. Owner thread only.
///
/// Invariants:
/// I1  a batch lies within one chunk, a chunk within one segment;
/// I2  a record is visible (Publish) only when complete; the digest and the LSN advance with it;
/// I3  timestamps and terms never go back from record to record.
/// </summary>
internal sealed unsafe class LogAppender(ShardLogOptions options, SegmentTable segments, WalBuffer buffer, BatchQueue queue, Func<Lsn> flushed)
{
    private WalChunk? _chunk;
    private WalBatch? _batch;
    private Segment? _segment;
    private long _segmentEnd;
    private int _recordStart = -1;
    private long _appended;
    private int _nextChunkBytes = NativeBlock.SmallestBytes;

    public Lsn LastLsn { get; private set; }

    /// <summary>The same for readers on other threads.</summary>
    public Lsn Appended => new(Volatile.Read(ref _appended));

    public Term LastTerm { get; private set; }

    public long LastTimestamp { get; private set; }

    public ulong Digest { get; private set; }

    public TermTable Terms { get; private set; } = new();

    /// <summary>Bytes laid out since the log was opened; with the writer's count it tells what waits for the disk.</summary>
    public long LaidOutBytes { get; private set; }

    public bool IsRecordOpen => _recordStart >= 0;

    /// <summary>Continues behind what a recovery or a cut has left. No segment: the next record begins one.</summary>
    public void ContinueFrom(Lsn last, Term lastTerm, long lastTimestamp, ulong digest, TermTable terms, Segment? segment)
    {
        _chunk = null;
        _batch = null;
        _segment = segment;
        _segmentEnd = segment?.WrittenBytes ?? 0;
        LastLsn = last;
        LastTerm = lastTerm;
        LastTimestamp = lastTimestamp;
        Digest = digest;
        Terms = terms;
        Volatile.Write(ref _appended, last.Value);
    }

    public Span<byte> Begin(RecordKind kind, Term term, long timestamp, in SessionStamp session, int payloadLength)
    {
        var record = Begin(kind, term, timestamp, RecordFormat.LengthOf(session.IsPresent, payloadLength), payloadLength);
        if (!session.IsPresent)
            return record[RecordFormat.HeaderBytes..];
        record[RecordFormat.FlagsOffset] = RecordFormat.SessionFlag;
        MemoryMarshal.Write(record[RecordFormat.SessionIdOffset..], session.Id);
        BinaryPrimitives.WriteInt64LittleEndian(record[RecordFormat.SessionSequenceOffset..], session.Sequence);
        return record[(RecordFormat.HeaderBytes + RecordFormat.SessionBytes)..];
    }

    /// <param name="kind">Of the record.</param>
    /// <param name="term">Of its leader.</param>
    /// <param name="timestamp">µs of the hybrid clock.</param>
    /// <param name="stamp">What <see cref="Sessions.RecordStamp.Write"/> wrote, or nothing.</param>
    /// <param name="payloadLength">Of the span that is returned.</param>
    public Span<byte> Begin(RecordKind kind, Term term, long timestamp, scoped ReadOnlySpan<byte> stamp, int payloadLength)
    {
        var record = Begin(kind, term, timestamp, RecordFormat.HeaderBytes + stamp.Length + payloadLength, payloadLength);
        if (stamp.IsEmpty)
            return record[RecordFormat.HeaderBytes..];
        record[RecordFormat.FlagsOffset] = RecordFormat.StampFlag;
        BinaryPrimitives.WriteUInt16LittleEndian(record[RecordFormat.StampLengthOffset..], (ushort)stamp.Length);
        stamp.CopyTo(record[RecordFormat.HeaderBytes..]);
        return record[(RecordFormat.HeaderBytes + stamp.Length)..];
    }

    private Span<byte> Begin(RecordKind kind, Term term, long timestamp, int length, int payloadLength)
    {
        Invariant.Check(_recordStart < 0, "one record at a time");
        Invariant.Check(term >= LastTerm && term > Term.None, "terms never go back");
        if (payloadLength < 0 || length > RecordFormat.RecordBytesMax)
            throw new InvalidRecordException(LastLsn.Next, $"a record of {length} bytes is longer than {RecordFormat.RecordBytesMax}");

        var record = Reserve(length);
        BinaryPrimitives.WriteInt32LittleEndian(record, length);
        record[RecordFormat.KindOffset] = (byte)kind;
        record[RecordFormat.FlagsOffset] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(record[RecordFormat.StampLengthOffset..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(record[RecordFormat.LsnOffset..], LastLsn.Value + 1);
        BinaryPrimitives.WriteInt64LittleEndian(record[RecordFormat.TermOffset..], term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(record[RecordFormat.TimestampOffset..], Math.Max(timestamp, LastTimestamp));
        return record;
    }

    public Lsn Commit(out RecordLocation location)
    {
        Invariant.Check(_recordStart >= 0, "no record was begun");
        var length = BinaryPrimitives.ReadInt32LittleEndian(_chunk!.Span(_recordStart, 4));
        location = Publish(length);
        return LastLsn;
    }

    public void Abandon() => _recordStart = -1;

    /// <summary>Copies a whole record that was checked before.</summary>
    public RecordView AppendChecked(ReadOnlySpan<byte> record, out RecordLocation location)
    {
        var target = Reserve(record.Length);
        record.CopyTo(target);
        location = Publish(record.Length);
        return RecordView.FromTrusted(target);
    }

    /// <summary>Ends a burst. False if there is nothing to flush.</summary>
    public bool OfferBatch()
    {
        Invariant.Check(_recordStart < 0, "a record is open");
        if (_batch is not { State: WalBatch.Stage.Filling, Count: > 0 })
            return false;
        queue.Offer(_batch);
        return true;
    }

    private Span<byte> Reserve(int length)
    {
        if (_batch is not { State: WalBatch.Stage.Filling } && !(_batch is not null && queue.TryReopen(_batch)))
            OpenBatch(length);
        else if (!Fits(length))
            OpenBatch(length);
        _recordStart = _chunk!.Used;
        return _chunk.Span(_recordStart, length);
    }

    private RecordLocation Publish(int length)
    {
        var chunk = _chunk!;
        var batch = _batch!;
        var start = _recordStart;
        var record = chunk.Span(start, length);
        var view = RecordView.FromTrusted(record);
        var before = Digest;
        var lsn = LastLsn.Next;
        Digest = XxHash64.Compute(record, before);
        LastLsn = lsn;
        LastTimestamp = view.Timestamp;
        if (view.Term != LastTerm)
        {
            LastTerm = view.Term;
            Terms.Append(view.Term, lsn);
        }

        chunk.Used = start + length;
        batch.End = chunk.Used;
        batch.Count++;
        batch.Digest = Digest;
        _segmentEnd = chunk.FileStart + chunk.Used;
        _recordStart = -1;
        LaidOutBytes += length;
        chunk.Publish(lsn, start, chunk.Used, before);
        Volatile.Write(ref _appended, lsn.Value);
        if (batch.Count == 1)
            queue.Add(batch);
        return new RecordLocation(chunk.Segment.Number, chunk.FileStart + start, length);
    }

    /// <summary>Whether the open batch can take it. A segment holds at least one record, however long.</summary>
    private bool Fits(int length) =>
        _chunk!.Used + length <= _chunk.Capacity
        && (_chunk.FileStart + _chunk.Used + length <= options.SegmentBytes || (_batch!.Count == 0 && _batch.FileOffset == SegmentHeader.Bytes));

    private void OpenBatch(int length)
    {
        if (_batch is { State: WalBatch.Stage.Filling, Count: > 0 })
            queue.Close(_batch);
        else if (_batch is { State: WalBatch.Stage.Filling })
            _chunk!.Used = _batch.Start; // its only record was given up: the header's place is free again

        var needed = BatchHeader.Bytes + length;
        if (_segment is null || (_segmentEnd + needed > options.SegmentBytes && _segmentEnd > SegmentHeader.Bytes))
            BeginSegment();
        if (_chunk is null || _chunk.Used + needed > _chunk.Capacity)
            BeginChunk(needed);

        var start = _chunk!.Used;
        _chunk.Span(start, BatchHeader.Bytes).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(_chunk.Span(start, 4), BatchHeader.Magic);
        _chunk.Used = start + BatchHeader.Bytes;
        _batch = queue.Rent();
        _batch.Begin(_chunk, start, LastLsn.Next, Digest);
    }

    private void BeginSegment()
    {
        var header = new SegmentHeader(
            options.Shard,
            options.Environment.RandomId(),
            LastLsn.Next,
            Digest,
            LastTerm,
            options.ClusterId,
            (options.Environment.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        _segment = new Segment(segments.NextNumber(), header);
        segments.Add(_segment);
        _segmentEnd = SegmentHeader.Bytes;
        _chunk = null;
    }

    private void BeginChunk(int needed)
    {
        // Busy shards get larger chunks, step by step; an idle one keeps its first small one.
        var block = NativeBlock.Rent(Math.Max(needed, _nextChunkBytes));
        if (_nextChunkBytes < NativeBlock.LargestPooledBytes && _nextChunkBytes * 8L < options.BufferBytes)
            _nextChunkBytes *= 2;
        _chunk = new WalChunk(block, _segment!, _segmentEnd, LastLsn.Next);
        buffer.Add(_chunk, flushed());
    }
}

using System.Buffers;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;
using Cluster.Storage.Sessions;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// Copies what is alive out of the files of one plan, piece by piece, and gathers what the manifest has to say about the segments among them.
///
/// A value is alive if the directory points to its very place. The directory holds committed records only, so one that is dead was superseded by a
/// record at or below the commit LSN that is read after the last piece: the manifest must not be written before everything up to
/// there is synced.
/// </summary>
internal sealed class MergeJob : IDisposable
{
    private readonly KeyState _state;
    private readonly ShardManifest _before;
    private readonly List<TermStart> _terms;
    private DataFileReader? _reader;
    private BatchScanner? _scanner;
    private Lsn _olderClean;
    private int _source;
    private ulong _digest;
    private Term _term;
    private long _timestamp;
    private ControlRecord? _configuration;
    private ControlRecord? _topology;

    /// <summary>The client sessions as of the last record read. Null while there were none.</summary>
    private SessionTable? _sessions;
    private bool _released;

    public MergeJob(ShardStoreOptions options, KeyState state, MergePlan plan, Lsn cleanThrough)
    {
        _state = state;
        Plan = plan;
        _before = state.Manifest ?? new ShardManifest
        {
            Shard = options.Log.Shard,
            ClusterId = options.Log.ClusterId,
            MergedThrough = Lsn.None,
            RegardedCommit = Lsn.None,
            Digest = 0,
            LastTerm = Term.None,
            LastTimestamp = 0,
        };
        Output = new MergeOutput(options, plan.First, cleanThrough);
        _terms = [.. _before.Terms];
        _digest = _before.Digest;
        _term = _before.LastTerm;
        _timestamp = _before.LastTimestamp;
        _configuration = _before.Control(RecordKind.Configuration);
        _topology = _before.Control(RecordKind.Topology);
        _sessions = _before.SessionTable(ShardManifestFile.FileName);
        _olderClean = new Lsn(long.MaxValue);
        foreach (var file in plan.Older)
            _olderClean = Lsn.Min(_olderClean, file.Info.CleanThrough);
        BytesTotal = plan.Bytes;
    }

    public MergePlan Plan { get; }

    public MergeOutput Output { get; }

    public long BytesTotal { get; }

    /// <summary>Any thread.</summary>
    public long BytesDone { get; private set; }

    /// <summary>A record of the run emptied the shard: all older data files are dead.</summary>
    public bool DropsOlder { get; private set; }

    /// <summary>Reads about that many bytes. False: nothing is left. Throws <see cref="WalCorruptException"/> or <see cref="StorageFailedException"/>.</summary>
    public bool Piece(long bytes)
    {
        var end = BytesDone + bytes;
        while (BytesDone < end)
        {
            if (_source < Plan.Count)
                DataPiece(Plan.Files[_source]);
            else if (_source < Plan.Count + Plan.Segments.Length)
                LogPiece(Plan.Segments[_source - Plan.Count], end);
            else
                return false;
        }

        return true;
    }

    /// <summary>What is true once the output is durable and everything up to <paramref name="regarded"/> is synced.</summary>
    public ShardManifest Manifest(IReadOnlyList<DataFileInfo> output, Lsn regarded)
    {
        var files = new List<DataFileInfo>();
        if (!DropsOlder)
        {
            foreach (var file in Plan.Older)
                files.Add(file.Info);
        }

        files.AddRange(output);
        foreach (var file in Plan.Newer)
            files.Add(file.Info);
        var controls = new List<ControlRecord>();
        if (_configuration is not null)
            controls.Add(_configuration);
        if (_topology is not null)
            controls.Add(_topology);
        return _before with
        {
            MergedThrough = Lsn.Max(_before.MergedThrough, Plan.Last),
            RegardedCommit = Lsn.Max(_before.RegardedCommit, regarded),
            Digest = _digest,
            LastTerm = _term,
            LastTimestamp = _timestamp,
            Files = files,
            Terms = _terms,
            Controls = controls,
            Sections = Sections(),
        };
    }

    private List<ManifestSection> Sections()
    {
        var sections = new List<ManifestSection>();
        foreach (var section in _before.Sections)
        {
            if (section.Kind != ManifestSectionKind.Sessions)
                sections.Add(section);
        }

        if (_sessions is null)
            return sections;
        var bytes = new ArrayBufferWriter<byte>();
        SessionTableCodec.Write(_sessions, bytes);
        sections.Add(new ManifestSection(ManifestSectionKind.Sessions, bytes.WrittenMemory));
        return sections;
    }

    public void Dispose()
    {
        if (_released)
            return;
        _released = true;
        _reader?.Dispose();
        _scanner?.Dispose();
        Plan.Release();
    }

    private void DataPiece(DataFile file)
    {
        if (_reader is null)
        {
            // Nothing points into it, and it keeps nothing dead either: it need not be read.
            if (file.Tombstones == 0 && _state.Directory.Usage!.LiveShare(file.Number) == 0)
            {
                Done(file.Info.Bytes);
                return;
            }

            _reader = DataFileReader.Open(file.File, file.Info, _before.Shard, _before.ClusterId, values: true);
        }

        var before = _reader.Offset;
        if (!_reader.TryNext())
        {
            _reader.Dispose();
            _reader = null;
            Done(DataFileHeader.Bytes + DataFileFooter.Bytes);
            return;
        }

        for (var index = _reader.Index; !index.IsEmpty;)
        {
            var entry = _reader.Take(ref index);
            if (entry.Kind == DataEntryKind.Tombstone)
            {
                AddTombstone(entry.Lsn, entry.Key);
                continue;
            }

            var place = new ValueLocation(file.Number, checked((uint)(_reader.ValuesOffset + entry.Offset)), entry.OperationLength, entry.HasExpiry);
            if (_state.Directory.TryFind(_state.Hash(entry.Key), out var current) && current == place)
                Output.AddPut(entry.Lsn, _reader.Operation(entry, out var bytes), bytes);
        }

        BytesDone += _reader.Offset - before;
    }

    private void Done(long bytes)
    {
        BytesDone += bytes;
        _source++;
    }

    private void LogPiece(Segment segment, long end)
    {
        _scanner ??= new BatchScanner(segment.File!, segment.Header);
        while (BytesDone < end)
        {
            if (!_scanner.TryNext(out _, out var batch))
            {
                EndSegment(segment, _scanner);
                return;
            }

            var offset = _scanner.Offset - batch.Length;
            for (var at = BatchHeader.Bytes; at < batch.Length;)
            {
                var record = RecordView.FromTrusted(batch[at..][..RecordView.LengthAt(batch[at..])]);
                Add(record, (uint)segment.Number, offset + at);
                at += record.Length;
            }

            BytesDone += batch.Length;
        }
    }

    private void EndSegment(Segment segment, BatchScanner scanner)
    {
        if (scanner.Damage is { } damage || scanner.NextLsn != segment.Last.Next)
            throw new WalCorruptException(segment.Path, scanner.Offset, scanner.NextLsn, scanner.Damage ?? "the segment ends too early");
        _digest = scanner.Digest;
        _term = scanner.Term;
        _timestamp = Math.Max(_timestamp, scanner.Timestamp);
        scanner.Dispose();
        _scanner = null;
        Done(SegmentHeader.Bytes);
    }

    private void Add(in RecordView record, uint file, long offset)
    {
        if (record.Term > _term)
        {
            _term = record.Term;
            _terms.Add(new TermStart(record.Term, record.Lsn));
        }

        if (record.HasStamp)
            (_sessions ??= new SessionTable()).Apply(record.Lsn, record.Timestamp, record.Stamp);
        switch (record.Kind)
        {
            case RecordKind.Keys:
                AddOperations(record, file, offset + record.PayloadOffset);
                break;
            case RecordKind.FlushKeys:
                DropsOlder = true;
                _olderClean = new Lsn(long.MaxValue);
                break;
            case RecordKind.Configuration:
                _configuration = Copy(record);
                break;
            case RecordKind.Topology:
                _topology = Copy(record);
                break;
        }
    }

    private static ControlRecord Copy(in RecordView record) => new(record.Kind, record.Lsn, record.Term, record.Timestamp, record.Payload.ToArray());

    private void AddOperations(in RecordView record, uint file, long offset)
    {
        for (var rest = record.Payload; !rest.IsEmpty;)
        {
            KeyOperationView.TryParse(rest, out var operation);
            var length = operation.Length;
            if (operation.Kind == KeyOperationKind.Delete)
            {
                AddTombstone(record.Lsn, operation.Key);
            }
            else
            {
                var place = new ValueLocation(file, checked((uint)offset), length, operation.HasExpiry);
                if (_state.Directory.TryFind(_state.Hash(operation.Key), out var current) && current == place)
                    Output.AddPut(record.Lsn, operation, rest[..length]);
            }

            offset += length;
            rest = rest[length..];
        }
    }

    /// <summary>
    /// Needed only while an older file outside the run may hold the key, and nothing newer has brought the key back: what has, is in this run's
    /// output or in the log that the next opening reads.
    /// </summary>
    private void AddTombstone(Lsn lsn, ReadOnlySpan<byte> key)
    {
        if (_olderClean < lsn && !_state.Directory.TryFind(_state.Hash(key), out _))
            Output.AddTombstone(lsn, key);
    }
}

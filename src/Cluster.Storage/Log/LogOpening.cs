using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Opens a shard folder: creates it whole or not at all, finishes an interrupted cut, reads every batch, cuts a torn tail or refuses
/// corruption (S2), and syncs what this process has not yet synced. Used once, on the opening thread.
/// </summary>
internal sealed class LogOpening(ShardLogOptions options) : IDisposable
{
    private readonly IFileLayer _files = options.Environment.Files;
    private readonly string _folder = options.Folder;
    private readonly OpeningWatch _watch = new(options);
    private ShardStateFile? _state;
    private DoubtfulCopy? _copy;
    private LogFloor? _floor;
    private Lsn _synced;
    private Lsn _commit;
    private Lsn _tornFrom;

    public SegmentTable Segments { get; } = new();

    public ShardStateFile State => _state!;

    /// <summary>The segment to go on with, or null if the next record begins one.</summary>
    public Segment? Active { get; private set; }

    public TermTable Terms { get; private set; } = new();

    public Lsn Last { get; private set; }

    public Term LastTerm { get; private set; }

    public long LastTimestamp { get; private set; }

    public ulong Digest { get; private set; }

    public LogRecovery Run(IRecordReplay replay)
    {
        var created = ShardFolder.Ensure(options);
        _state = ShardStateFile.Open(_files, _folder);
        ShardFolder.CheckIdentity(options, _state.Current);
        CutIntent.Finish(_files, _folder, _state, options.Environment.CrashPoints);
        ShardFolder.DeleteTemporaryFiles(options);
        _synced = _state.Current.Synced;
        if (replay.Begin(_watch) is { } floor)
            BeginAt(floor);
        if (HasDoubtfulPages(_state.Current))
            _copy = new DoubtfulCopy(options, _synced, Segments);
        Scan(SegmentListing.Read(_files, _folder), replay);
        if (_synced > Last)
            throw Corrupt(_folder, 0, Last.Next, "records are missing", SyncedEvidence.Stored(_synced));
        _watch.Report(OpeningPhase.Settling);
        if (_copy?.Segment is { } copy)
        {
            _copy.Finish(State);
            Active = copy;
        }

        var recovery = Settle(created);
        _watch.Report(OpeningPhase.Open);
        return recovery;
    }

    public void Dispose()
    {
        _copy?.Dispose();
        Segments.Clear();
        _state?.Dispose();
    }

    /// <summary>
    /// The page cache may show what the disk never got: a sync has failed in an earlier process, or may have failed in one that died before
    /// its mark was durable. After another boot what can be read is what the disk holds.
    /// </summary>
    private bool HasDoubtfulPages(in ShardState state) =>
        options.NodeState?.IsPoisoned(options.Shard) == true
        || (!state.ClosedCleanly && state.BootId == options.Environment.BootId);

    /// <summary>With no segment at all the log goes on from there.</summary>
    private void BeginAt(LogFloor floor)
    {
        _floor = floor;
        _synced = Lsn.Max(_synced, floor.Synced);
        Last = floor.Through;
        LastTerm = floor.LastTerm;
        LastTimestamp = floor.LastTimestamp;
        Digest = floor.Digest;
        Terms = floor.Terms;
    }

    private void Scan(List<SegmentName> names, IRecordReplay replay)
    {
        _commit = Lsn.Max(State.Current.Commit, _floor?.Synced ?? Lsn.None);
        _watch.Begin(names.Select(name => Path.Combine(_folder, name.ToString())));
        for (var i = 0; i < names.Count; i++)
        {
            if (!ScanSegment(names, i, replay))
                return;
        }
    }

    /// <summary>False: a torn tail was cut here, nothing follows.</summary>
    private bool ScanSegment(List<SegmentName> names, int index, IRecordReplay replay)
    {
        var name = names[index];
        var path = Path.Combine(_folder, name.ToString());
        var file = _files.Open(path, FileOpening.Write);
        Segment? segment = null;
        try
        {
            var damage = ReadHeader(file, name, index == 0, out var header);
            if (damage is not null)
                return Torn(names, index, null, file, index == 0 ? name.First : Last.Next, 0, null, damage);
            if (index == 0)
                BeginWith(header, path);
            segment = new Segment(Segments.NextNumber(), header);
            segment.Attach(file, path);
            if ((index == names.Count - 1 || names[index + 1].First == name.Last.Next) && TryRestore(segment, name, replay))
            {
                CheckFloor(path);
                return true;
            }

            using var scanner = new BatchScanner(file, header);
            ReplayAll(segment, scanner, replay);
            var isLast = index == names.Count - 1;
            damage = scanner.Damage;
            if (damage is null && name.IsSealed && name.Last != Last)
                damage = $"the sealed segment ends with LSN {Last}";
            if (damage is null && !isLast && names[index + 1].First != Last.Next)
                damage = $"the next segment begins with LSN {names[index + 1].First}";
            if (damage is not null)
                return Torn(names, index, segment, file, Last.Next, scanner.Offset, header, damage);
            CheckFloor(path);
            Adopt(segment, name, isLast);
            return true;
        }
        catch
        {
            if (segment is null || !Segments.Current.Contains(segment))
                file.Dispose();
            throw;
        }
    }

    /// <summary>What lies before the first segment was released; only its end is known, unless there is a floor.</summary>
    private void BeginWith(in SegmentHeader header, string path)
    {
        if (_floor is not null && header.First > _floor.Through.Next)
            throw Corrupt(path, 0, _floor.Through.Next, $"the log begins with LSN {header.First}", $"only what lies up to LSN {_floor.Through} was merged");
        Last = header.First - 1;
        LastTerm = header.TermBefore;
        Digest = header.DigestBefore;
        if (_floor is null && !header.TermBefore.IsNone)
            Terms.Append(header.TermBefore, header.First - 1);
        CheckFloor(path);
    }

    /// <summary>The log and what stands for its beginning are one history.</summary>
    private void CheckFloor(string path)
    {
        if (_floor is not null && Last == _floor.Through && (Digest != _floor.Digest || LastTerm != _floor.LastTerm))
            throw Corrupt(path, 0, Last, "the log's digest or term is another one", $"what was merged ends there with digest {_floor.Digest:x16}, term {_floor.LastTerm}");
    }

    /// <summary>
    /// A segment that was synced and sealed need not be read if the replay knows it; its successor's header then has to continue what the
    /// replay says about its end.
    /// </summary>
    private bool TryRestore(Segment segment, SegmentName name, IRecordReplay replay)
    {
        if (!name.IsSealed || name.Last > _synced)
            return false;
        var length = segment.File!.Length;
        if (replay.TryRestore(new SealedSegment(name, segment.Header, segment.Number, length)) is not { } summary)
            return false;
        foreach (var start in summary.Terms)
        {
            if (!IsBelowFloor(start.First))
                Terms.Append(start.Term, start.First);
        }

        segment.Restored(name.Last, length, summary.Batches);
        segment.IsSealed = true;
        Last = name.Last;
        LastTerm = summary.LastTerm;
        LastTimestamp = Math.Max(LastTimestamp, summary.LastTimestamp);
        Digest = summary.DigestAfter;
        _commit = Lsn.Max(_commit, name.Last);
        Segments.Add(segment);
        _watch.Advance(length);
        return true;
    }

    private string? ReadHeader(IDataFile file, SegmentName name, bool isFirst, out SegmentHeader header)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out header))
        {
            header = default;
            return "the segment's header is not valid";
        }

        if (header.ClusterId != options.ClusterId || header.Shard != options.Shard)
            throw new ShardFolderException(ShardFolderProblem.Foreign, _folder, $"{file.Path} belongs to shard {header.Shard} of cluster {header.ClusterId}.");
        if (header.First != name.First)
            return $"the segment's header says that it begins with LSN {header.First}";
        if (isFirst)
            return null;
        return header.First != Last.Next ? $"the segment begins with LSN {header.First} where {Last.Next} belongs"
            : header.DigestBefore != Digest || header.TermBefore != LastTerm ? "the segment does not continue the one before"
            : null;
    }

    private void ReplayAll(Segment segment, BatchScanner scanner, IRecordReplay replay)
    {
        while (true)
        {
            var digestBefore = scanner.Digest;
            var termBefore = scanner.Term;
            if (!scanner.TryNext(out var header, out var batch))
                break;
            var offset = scanner.Offset - header.Length;
            var place = segment;
            if (_copy?.Wants(header) == true)
            {
                offset = _copy.Add(segment, offset, header, batch, digestBefore, termBefore);
                place = _copy.Segment!;
            }
            else
            {
                segment.Written(header.First, header.Last, offset, header.Length, digestBefore);
            }

            _watch.Advance(header.Length);
            _commit = Lsn.Max(_commit, header.Commit);
            replay.OnCommitPromised(_commit);
            for (var at = BatchHeader.Bytes; at < batch.Length;)
            {
                var record = RecordView.FromTrusted(batch.Slice(at, System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(batch[at..])));
                if (!RecordFormat.IsKnown(record.Kind))
                    throw new InvalidRecordException(record.Lsn, $"kind {(byte)record.Kind} in {segment.Path} is not known to this version");
                if (!IsBelowFloor(record.Lsn))
                {
                    Terms.Append(record.Term, record.Lsn);
                    replay.OnRecord(record, new RecordLocation(place.Number, offset + at, record.Length));
                }

                at += record.Length;
            }

            Last = header.Last;
            replay.OnCommitKnown(Lsn.Min(_commit, Last));
        }

        LastTerm = scanner.Term;
        LastTimestamp = Math.Max(LastTimestamp, scanner.Timestamp);
        Digest = scanner.Digest;
    }

    private void Adopt(Segment segment, SegmentName name, bool isLast)
    {
        if (_copy?.Segment is { } copy && copy.First <= Lsn.Max(segment.First, segment.Last.Next))
        {
            AdoptBeforeCopy(segment, copy);
            return;
        }

        Segments.Add(segment);
        segment.IsSealed = name.IsSealed;
        if (name.IsSealed)
            return;
        if (isLast)
        {
            Active = segment;
            return;
        }

        // Its successor exists, so it was synced; only the new name was lost.
        segment.File!.Truncate(segment.WrittenBytes);
        Seal(segment);
    }

    /// <summary>The rest of the segment, or all of it, is in the copy; its file changes when the copy takes its place.</summary>
    private void AdoptBeforeCopy(Segment segment, Segment copy)
    {
        if (segment.First < copy.First)
            Segments.Add(segment);
        else
            segment.Release();
    }

    private bool Torn(List<SegmentName> names, int index, Segment? segment, IDataFile file, Lsn damaged, long offset, SegmentHeader? header, string damage)
    {
        var later = names.Skip(index + 1);
        var evidence = SyncedEvidence.Find(_files, _folder, damaged, _synced, file, offset, header, later);
        if (evidence is not null)
            throw Corrupt(file.Path, offset, damaged, damage, evidence);

        if (_copy?.Segment is not { } copy)
            CutTorn(names, index, segment, file, offset);
        else if (segment is null)
            file.Dispose();
        else
            AdoptBeforeCopy(segment, copy);

        _tornFrom = damaged;
        options.Environment.Events.TornTailCut(options.Shard, file.Path, offset, damaged, damage);
        options.Environment.CrashPoints.Reached("open.torn-tail-cut");
        return false;
    }

    /// <summary>Durable before anything is appended behind it, so that nothing of the old tail can come back.</summary>
    private void CutTorn(List<SegmentName> names, int index, Segment? segment, IDataFile file, long offset)
    {
        for (var i = names.Count - 1; i > index; i--)
            _files.Delete(Path.Combine(_folder, names[i].ToString()));
        if (segment is null || segment.WrittenBytes == SegmentHeader.Bytes)
        {
            file.Dispose();
            _files.Delete(file.Path);
            _files.SyncFolder(_folder);
            if (segment is not null && index > 0)
                Active = null;
        }
        else
        {
            _files.SyncFolder(_folder);
            file.Truncate(offset);
            file.Sync();
            Segments.Add(segment);
            if (names[index].IsSealed)
                Seal(segment);
            else
                Active = segment;
        }
    }

    private void Seal(Segment segment)
    {
        segment.File!.Sync();
        var target = Path.Combine(_folder, new SegmentName(segment.First, segment.Last).ToString());
        if (segment.Path != target)
        {
            _files.Rename(segment.Path, target);
            _files.SyncFolder(_folder);
        }

        segment.Path = target;
        segment.IsSealed = true;
    }

    private LogRecovery Settle(bool created)
    {
        var state = State.Current;
        var doubtful = state.IsDoubtfulAfter(options.Environment.BootId);

        // Nothing counts as flushed until this process has synced it: an earlier one may have died between write and sync.
        Active?.File!.Sync();
        _files.SyncFolder(_folder);
        var commit = Lsn.Min(_commit, Last);
        State.Save(state with
        {
            BootId = options.Environment.BootId,
            Fsync = options.Fsync,
            ClosedCleanly = false,
            Doubtful = doubtful,
            Synced = Last,
            Commit = commit,
        });
        options.Environment.CrashPoints.Reached("open.settled");
        if (doubtful)
            options.Environment.Events.AcknowledgedMayBeMissing(options.Shard, _folder, Last);
        return new LogRecovery
        {
            Created = created,
            CommitLsn = commit,
            LastTimestamp = LastTimestamp,
            MayHaveLostAcknowledged = doubtful,
            TornFrom = _tornFrom,
        };
    }

    private bool IsBelowFloor(Lsn lsn) => _floor is not null && lsn <= _floor.Through;

    private static WalCorruptException Corrupt(string path, long offset, Lsn lsn, string damage, string evidence) =>
        new(path, offset, lsn, $"{damage}, but {evidence}");
}

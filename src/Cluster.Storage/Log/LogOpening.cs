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
    private ShardStateFile? _state;
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
        if (options.NodeState?.IsPoisoned(options.Shard) == true)
        {
            Scan(null);
            DoubtfulCopy.Run(options, _state, Segments, Last);
            Segments.Clear();
        }

        Scan(replay);
        return Settle(created);
    }

    public void Dispose()
    {
        Segments.Clear();
        _state?.Dispose();
    }

    private void Scan(IRecordReplay? replay)
    {
        Terms = new TermTable();
        Last = Lsn.None;
        LastTerm = Term.None;
        Digest = 0;
        Active = null;
        _commit = State.Current.Commit;
        var names = ListSegments();
        for (var i = 0; i < names.Count; i++)
        {
            if (!ScanSegment(names, i, replay))
                return;
        }

        if (State.Current.Synced > Last)
            throw Corrupt(_folder, 0, Last.Next, "records are missing", $"the shard's state says that LSN {State.Current.Synced} was synced");
    }

    private List<SegmentName> ListSegments()
    {
        var names = new List<SegmentName>();
        foreach (var file in _files.ListFiles(_folder))
        {
            if (SegmentName.TryParse(file, out var name))
                names.Add(name);
            else if (file.StartsWith(SegmentName.Prefix, StringComparison.Ordinal))
                throw new ShardFolderException(ShardFolderProblem.Foreign, _folder, $"{Path.Combine(_folder, file)} is no name of a segment.");
        }

        names.Sort(static (left, right) => left.First.CompareTo(right.First));
        for (var i = 1; i < names.Count; i++)
        {
            if (names[i].First == names[i - 1].First)
                throw Corrupt(Path.Combine(_folder, names[i].ToString()), 0, names[i].First, "two segments begin with the same record", names[i - 1].ToString());
        }

        return names;
    }

    /// <summary>False: a torn tail was cut here, nothing follows.</summary>
    private bool ScanSegment(List<SegmentName> names, int index, IRecordReplay? replay)
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
            {
                // What lies before the first segment was released; only its end is known.
                Last = header.First - 1;
                LastTerm = header.TermBefore;
                Digest = header.DigestBefore;
                if (!header.TermBefore.IsNone)
                    Terms.Append(header.TermBefore, header.First - 1);
            }

            segment = new Segment(Segments.NextNumber(), header);
            segment.Attach(file, path);
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

    private void ReplayAll(Segment segment, BatchScanner scanner, IRecordReplay? replay)
    {
        while (true)
        {
            var digestBefore = scanner.Digest;
            if (!scanner.TryNext(out var header, out var batch))
                break;
            var offset = scanner.Offset - header.Length;
            segment.Written(header.First, header.Last, offset, header.Length, digestBefore);
            _commit = Lsn.Max(_commit, header.Commit);
            for (var at = BatchHeader.Bytes; at < batch.Length;)
            {
                var record = RecordView.FromTrusted(batch.Slice(at, System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(batch[at..])));
                if (!RecordFormat.IsKnown(record.Kind))
                    throw new InvalidRecordException(record.Lsn, $"kind {(byte)record.Kind} in {segment.Path} is not known to this version");
                Terms.Append(record.Term, record.Lsn);
                replay?.OnRecord(record, new RecordLocation(segment.Number, offset + at, record.Length));
                at += record.Length;
            }

            Last = header.Last;
            replay?.OnCommitKnown(Lsn.Min(_commit, Last));
        }

        LastTerm = scanner.Term;
        LastTimestamp = Math.Max(LastTimestamp, scanner.Timestamp);
        Digest = scanner.Digest;
    }

    private void Adopt(Segment segment, SegmentName name, bool isLast)
    {
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

    private bool Torn(List<SegmentName> names, int index, Segment? segment, IDataFile file, Lsn damaged, long offset, SegmentHeader? header, string damage)
    {
        var later = names.Skip(index + 1);
        var evidence = SyncedEvidence.Find(_files, _folder, damaged, State.Current.Synced, file, offset, header, later);
        if (evidence is not null)
            throw Corrupt(file.Path, offset, damaged, damage, evidence);

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

        // The log is cut before anything is appended behind it, so nothing of the old tail can come back.
        _tornFrom = damaged;
        options.Environment.Events.TornTailCut(options.Shard, file.Path, offset, damaged, damage);
        options.Environment.CrashPoints.Reached("open.torn-tail-cut");
        return false;
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
        var doubtful = state.Doubtful
            || (state.Fsync != FsyncMode.Always && !state.ClosedCleanly && state.BootId != options.Environment.BootId);

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
        return new LogRecovery
        {
            Created = created,
            CommitLsn = commit,
            LastTimestamp = LastTimestamp,
            MayHaveLostAcknowledged = doubtful,
            TornFrom = _tornFrom,
        };
    }

    private static WalCorruptException Corrupt(string path, long offset, Lsn lsn, string damage, string evidence) =>
        new(path, offset, lsn, $"{damage}, but {evidence}");
}

using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Repair;

/// <summary>
/// Reads the whole folder of a shard that no process has open, believes nothing and changes nothing. Damage in it is a finding; what
/// throws is what keeps it from being read: <see cref="StorageFailedException"/>, <see cref="ShardFolderException"/>,
/// <see cref="InvalidRecordException"/> for records of a newer version.
/// </summary>
public sealed class LogVerifier
{
    private readonly IFileLayer _files;
    private readonly string _folder;
    private readonly Action<long, long>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly List<VerifiedSegment> _segments = [];
    private SegmentHeader? _identity;
    private ShardManifest? _manifest;
    private bool _joins = true;
    private Lsn _last;
    private Lsn _commit;
    private Term _term;
    private ulong _digest;
    private long _bytesDone;
    private long _bytesTotal;

    private LogVerifier(IFileLayer files, string folder, Action<long, long>? progress, CancellationToken cancellation)
    {
        _files = files;
        _folder = folder;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <param name="files">Where the folder is.</param>
    /// <param name="folder">Of one shard.</param>
    /// <param name="progress">Gets the bytes that were read and those there are in all, now and then.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static LogVerification Verify(IFileLayer files, string folder, Action<long, long>? progress = null, CancellationToken cancellation = default) =>
        new LogVerifier(files, folder, progress, cancellation).Run();

    private LogVerification Run()
    {
        ShardState? state = null;
        string? stateDamage = null;
        if (!_files.FileExists(Path.Combine(_folder, ShardStateFile.FileName)))
        {
            stateDamage = $"{ShardStateFile.FileName} is missing";
        }
        else
        {
            try
            {
                state = ShardStateFile.Peek(_files, _folder);
            }
            catch (StateFileException error)
            {
                stateDamage = error.Message;
            }
        }

        var cutUnfinished = _files.FileExists(Path.Combine(_folder, CutIntent.FileName));
        stateDamage ??= Unreadable(() => CutIntent.Exists(_files, _folder));
        var merged = new MergedVerifier(_files, _folder, ReadOfDataFile, _cancellation);
        merged.ReadManifest();
        _manifest = merged.Manifest;
        _commit = Lsn.Max(state?.Commit ?? Lsn.None, _manifest?.RegardedCommit ?? Lsn.None);
        var synced = Lsn.Max(state?.Synced ?? Lsn.None, _manifest?.RegardedCommit ?? Lsn.None);
        _last = _manifest?.MergedThrough ?? Lsn.None;
        foreach (var file in _manifest?.Files ?? [])
            _bytesTotal += file.Bytes;
        merged.ReadFiles();
        var damage = ScanAll(SegmentListing.Read(_files, _folder), synced);
        if (damage is null && synced > _last)
            damage = new LogDamage(_folder, 0, _last.Next, "records are missing", SyncedEvidence.Stored(synced), synced);
        return new LogVerification
        {
            Folder = _folder,
            Shard = state?.Shard ?? _identity?.Shard ?? 0,
            ClusterId = state?.ClusterId ?? _identity?.ClusterId ?? Guid.Empty,
            Segments = _segments,
            Last = _last,
            Commit = Lsn.Min(_commit, _last),
            Synced = state?.Synced,
            StateDamage = stateDamage,
            IsDoubtful = state?.Doubtful ?? true,
            CutUnfinished = cutUnfinished,
            Damage = damage,
            Manifest = _manifest,
            DataFiles = merged.Files,
            ManifestDamage = merged.Damage ?? MergedGap(),
            Leftovers = Leftovers(),
        };
    }

    private static string? Unreadable<T>(Func<T> read)
    {
        try
        {
            read();
            return null;
        }
        catch (StateFileException error)
        {
            return error.Message;
        }
    }

    private void ReadOfDataFile(long bytes)
    {
        _bytesDone += bytes;
        _progress?.Invoke(_bytesDone, _bytesTotal);
    }

    /// <summary>Whether manifest and log are parts of one history.</summary>
    private string? MergedGap()
    {
        var first = _segments is [var oldest, ..] ? oldest.First : _last.Next;
        if (_manifest is null)
            return first > Lsn.First && _files.ListFiles(_folder).Any(DataFileInfo.IsName) ? $"{ShardManifestFile.FileName} is missing, although the log begins with LSN {first}" : null;
        if (first > _manifest.MergedThrough.Next)
            return $"the log begins with LSN {first}, although only what lies up to LSN {_manifest.MergedThrough} was merged";
        return _joins ? null : $"at LSN {_manifest.MergedThrough} the log's digest or term is not the one in {ShardManifestFile.FileName}";
    }

    private List<string> Leftovers()
    {
        var names = new List<string>();
        foreach (var name in _files.ListFiles(_folder))
        {
            var isLive = name is ShardStateFile.FileName or ShardManifestFile.FileName or DivergenceMark.FileName || _manifest?.Files.Any(file => file.Name == name) == true;
            if (!isLive && !SegmentName.TryParse(name, out _) && !name.EndsWith(SegmentName.HintSuffix, StringComparison.Ordinal))
                names.Add(name);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private LogDamage? ScanAll(List<SegmentName> names, Lsn synced)
    {
        foreach (var name in names)
        {
            using var file = _files.Open(Path.Combine(_folder, name.ToString()), FileOpening.Read);
            _bytesTotal += file.Length;
        }

        for (var i = 0; i < names.Count; i++)
        {
            using var file = _files.Open(Path.Combine(_folder, names[i].ToString()), FileOpening.Read);
            if (i > 0 && names[i].First != _last.Next)
                return Damaged(names, i, file, null, _last.Next, 0, $"a segment begins with LSN {names[i].First} where {_last.Next} belongs", synced);
            if (ReadHeader(file, names[i], i == 0, out var header) is { } reason)
                return Damaged(names, i, file, null, names[i].First, 0, reason, synced);
            if (ScanOne(names, i, file, header, synced) is { } damage)
                return damage;
        }

        return null;
    }

    private string? ReadHeader(IDataFile file, SegmentName name, bool isFirst, out SegmentHeader header)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out header))
        {
            header = default;
            return "the segment's header is not valid";
        }

        if (header.First != name.First)
            return $"the segment's header says that it begins with LSN {header.First}";
        if (isFirst)
        {
            _identity = header;
            _last = header.First - 1;
            _term = header.TermBefore;
            _digest = header.DigestBefore;
            NoteJoin();
            return null;
        }

        return header.Shard != _identity!.Value.Shard || header.ClusterId != _identity.Value.ClusterId ? "the segment is one of another shard"
            : header.DigestBefore != _digest || header.TermBefore != _term ? "the segment does not continue the one before"
            : null;
    }

    private LogDamage? ScanOne(List<SegmentName> names, int index, IDataFile file, in SegmentHeader header, Lsn synced)
    {
        using var scanner = new BatchScanner(file, header);
        long batches = 0;
        while (scanner.TryNext(out var batchHeader, out var batch))
        {
            _cancellation.ThrowIfCancellationRequested();
            for (var at = BatchHeader.Bytes; at < batch.Length;)
            {
                var record = RecordView.FromTrusted(batch[at..][..RecordView.LengthAt(batch[at..])]);
                RecordRules.Check(record);
                at += record.Length;
            }

            batches++;
            _last = batchHeader.Last;
            _commit = Lsn.Max(_commit, batchHeader.Commit);
            _progress?.Invoke(_bytesDone + scanner.Offset, _bytesTotal);
        }

        _bytesDone += file.Length;
        _term = scanner.Term;
        _digest = scanner.Digest;
        NoteJoin();
        _segments.Add(new VerifiedSegment(names[index], header.First, _last, batches, scanner.Offset));
        var reason = scanner.Damage;
        if (reason is null && names[index].IsSealed && names[index].Last != _last)
            reason = $"the sealed segment ends with LSN {_last}";
        return reason is null ? null : Damaged(names, index, file, header, _last.Next, scanner.Offset, reason, synced);
    }

    private void NoteJoin()
    {
        if (_manifest is not null && _last == _manifest.MergedThrough && (_digest != _manifest.Digest || _term != _manifest.LastTerm))
            _joins = false;
    }

    private LogDamage Damaged(List<SegmentName> names, int index, IDataFile file, SegmentHeader? header, Lsn lsn, long offset, string reason, Lsn synced)
    {
        // A gap is before this segment, every other damage inside it.
        var later = names.Skip(header is null && names[index].First != lsn ? index : index + 1);
        var evidence = SyncedEvidence.Find(_files, _folder, lsn, synced, file, offset, header, later);
        var lastKnown = synced;
        foreach (var name in names.Skip(index))
            lastKnown = Lsn.Max(lastKnown, name.IsSealed ? name.Last : LastOf(name));
        if (header is { } known)
        {
            BatchSearch.First(file, offset + 1, known.SegmentId, found =>
            {
                lastKnown = Lsn.Max(lastKnown, found.Last);
                return false;
            });
        }

        return new LogDamage(file.Path, offset, lsn, reason, evidence, lastKnown);
    }

    /// <summary>Of a file that does not say it in its name.</summary>
    private Lsn LastOf(SegmentName name)
    {
        using var file = _files.Open(Path.Combine(_folder, name.ToString()), FileOpening.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out var header))
            return Lsn.None;
        using var scanner = new BatchScanner(file, header);
        while (scanner.TryNext(out _, out _))
        {
        }

        return scanner.NextLsn - 1;
    }
}

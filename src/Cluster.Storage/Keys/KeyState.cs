using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Keys.Hints;
using Cluster.Storage.Keys.Merge;
using Cluster.Storage.Log;
using Cluster.Storage.Sessions;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys;

/// <summary>
/// What the records of one shard add up to: committed keys, pending keys, newest configuration and topology. Is shown every record
/// of the log once, at replay or when it is appended. One owner; committed lookups on any thread.
/// </summary>
internal sealed class KeyState(ShardStoreOptions options) : IRecordReplay, IDisposable
{
    private ShardManifest? _manifest;
    private long _commit;
    private Lsn _promised;
    private long _committing;
    private bool _hintMissing;

    public KeyDirectory Directory { get; } = new(options.Epochs) { Usage = new FileUsage() };

    public DataFileTable DataFiles { get; } = new();

    /// <summary>What is merged; null if nothing is. Replaced by the merge. Any thread.</summary>
    public ShardManifest? Manifest
    {
        get => Volatile.Read(ref _manifest);
        set => Volatile.Write(ref _manifest, value);
    }

    public PendingOverlay Overlay { get; } = new(options.PendingOperationsMax, options.PendingBytesMax);

    public ControlHistory Configurations { get; } = new(RecordKind.Configuration);

    public ControlHistory Topologies { get; } = new(RecordKind.Topology);

    /// <summary>Which writes of client sessions were applied (R11). Owner only.</summary>
    public ShardSessions Sessions { get; private set; } = new(new SessionTable());

    /// <summary>Any thread.</summary>
    public Lsn CommitLsn => new(Volatile.Read(ref _commit));

    /// <summary>Not below any record that the directory shows already. Any thread.</summary>
    public Lsn Committing => new(Volatile.Read(ref _committing));
    public KeyHasher Hasher => options.Hasher;

    /// <summary>Only while the log opens.</summary>
    public HintSource? HintSource { get; set; }

    /// <summary>Only while the log opens: takes what is committed already past the overlay.</summary>
    public DirectoryFeeder? Feeder { get; set; }

    /// <summary>Every segment from the first to the one that ends there was opened from its hint.</summary>
    public Lsn HintedThrough { get; private set; }

    public KeyHash Hash(ReadOnlySpan<byte> key) => options.Hasher.Hash(key);

    public KeyLookup Find(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        if (Overlay.TryFind(hash, out var pending))
            return pending;
        return Directory.TryFindAsWriter(hash, out var location, out var expiresAt) ? new KeyLookup(true, Lsn.None, location, expiresAt) : default;
    }

    public KeyLookup FindCommitted(ReadOnlySpan<byte> key) =>
        Directory.TryFind(Hash(key), out var location, out var expiresAt) ? new KeyLookup(true, Lsn.None, location, expiresAt) : default;

    public void NextExpired(long now, int max, ref ExpiryCursor cursor, List<ExpiredKey> found)
    {
        var kept = found.Count;
        Directory.NextExpired(now, max, ref cursor, found);
        for (var i = kept; i < found.Count; i++)
        {
            if (!Overlay.TryFind(found[i].Hash, out _))
                found[kept++] = found[i];
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    public void OnRecord(in RecordView record, RecordLocation location)
    {
        RecordRules.Check(record);
        if (record.HasStamp)
            Sessions.Appended(record.Lsn, record.Timestamp, record.Stamp);
        // What is pending before it must reach the directory first.
        if (Feeder is { } feeder && record.Lsn <= _promised && Overlay.Operations == 0 && (record.Kind is RecordKind.Keys or RecordKind.FlushKeys))
        {
            Feed(feeder, record, location);
            return;
        }

        switch (record.Kind)
        {
            case RecordKind.Keys:
                AddOperations(record, location);
                break;
            case RecordKind.FlushKeys:
                Overlay.AddFlushKeys(record.Lsn, record.Length);
                break;
            case RecordKind.Configuration:
                Configurations.Add(record);
                break;
            case RecordKind.Topology:
                Topologies.Add(record);
                break;
        }
    }

    public void OnCommitPromised(Lsn commit) => _promised = commit;

    public void OnCommitKnown(Lsn commit)
    {
        if (commit > CommitLsn)
            CommitThrough(commit);
    }

    public LogFloor? Begin(IOpeningProgress progress)
    {
        if (DataFileRestore.Run(this, options, progress) is not { } manifest)
        {
            Directory.Expect(HintSource?.ExpectedKeys(elsewhere: 0) ?? 0);
            return null;
        }

        Manifest = manifest;
        if (manifest.SessionTable(Path.Combine(options.Log.Folder, ShardManifestFile.FileName)) is { } table)
            Sessions = new ShardSessions(table);
        foreach (var control in manifest.Controls)
            (control.Kind == RecordKind.Configuration ? Configurations : Topologies).Add(control);
        CommitThrough(manifest.MergedThrough);
        return new LogFloor
        {
            Through = manifest.MergedThrough,
            Synced = manifest.RegardedCommit,
            Digest = manifest.Digest,
            LastTerm = manifest.LastTerm,
            LastTimestamp = manifest.LastTimestamp,
            Terms = manifest.Timeline(),
        };
    }

    public SegmentSummary? TryRestore(in SealedSegment segment)
    {
        var merged = Manifest?.MergedThrough ?? Lsn.None;
        if (HintSource is not { } source || (segment.Name.First <= merged && merged < segment.Name.Last))
        {
            _hintMissing = true;
            return null;
        }

        Feeder?.Flush();
        source.KeysAfter = merged;
        var summary = HintRestore.Run(this, source, options.Log.Environment.Files, options.Log.Folder, segment, keys: segment.Name.Last > merged);
        if (summary is null)
            _hintMissing = true;
        else if (!_hintMissing)
            HintedThrough = segment.Name.Last;
        return summary;
    }

    /// <summary>Where an operation lies that starts <paramref name="offset"/> bytes into its record.</summary>
    public static ValueLocation Locate(RecordLocation record, int offset, int length, bool hasExpiry) =>
        new(checked((uint)record.Segment), checked((uint)(record.Offset + offset)), length, hasExpiry);

    public void CommitThrough(Lsn commit)
    {
        // First: whoever sees a change in the directory finds its record below this.
        Volatile.Write(ref _committing, commit.Value);
        if (Overlay.Operations > 0)
            Feeder?.Flush();
        Overlay.CommitThrough(commit, Directory);
        Sessions.CommitThrough(commit);
        Configurations.CommitThrough(commit);
        Topologies.CommitThrough(commit);
        // Last: whoever sees the new commit LSN finds its records in the directory.
        Volatile.Write(ref _commit, commit.Value);
    }

    public void CutAfter(Lsn keep)
    {
        Overlay.CutAfter(keep);
        Sessions.CutAfter(keep);
        Configurations.CutAfter(keep);
        Topologies.CutAfter(keep);
    }

    public void Dispose()
    {
        Directory.Dispose();
        DataFiles.Close();
    }

    private void Feed(DirectoryFeeder feeder, in RecordView record, RecordLocation location)
    {
        var file = checked((uint)location.Segment);
        if (record.Kind == RecordKind.FlushKeys)
        {
            feeder.Add(file, DirectoryOperation.Clear());
            return;
        }

        for (var offset = 0; offset < record.Payload.Length;)
        {
            KeyOperationView.TryParse(record.Payload[offset..], out var operation);
            var hash = Hash(operation.Key);
            if (operation.Kind == KeyOperationKind.Put)
            {
                var place = checked((uint)(location.Offset + record.PayloadOffset + offset));
                feeder.Add(file, DirectoryOperation.Put(hash, place, operation.Length, operation.HasExpiry, operation.ExpiresAt));
            }
            else
            {
                feeder.Add(file, DirectoryOperation.Remove(hash));
            }

            offset += operation.Length;
        }
    }

    private void AddOperations(in RecordView record, RecordLocation location)
    {
        var payload = record.Payload;
        var recordBytes = record.Length;
        for (var offset = 0; offset < payload.Length;)
        {
            KeyOperationView.TryParse(payload[offset..], out var operation);
            var hash = Hash(operation.Key);
            if (operation.Kind == KeyOperationKind.Put)
            {
                var place = Locate(location, record.PayloadOffset + offset, operation.Length, operation.HasExpiry);
                Overlay.AddPut(hash, record.Lsn, place, recordBytes, operation.ExpiresAt);
            }
            else
            {
                Overlay.AddDelete(hash, record.Lsn, recordBytes);
            }

            recordBytes = 0;
            offset += operation.Length;
        }
    }
}

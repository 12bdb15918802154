using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Cluster.Actors.Persistence.Log;

namespace Cluster.Actors.Persistence;

/// <summary>Snapshots in one append-only log. Saving and deleting are answered after their record was synced.</summary>
public sealed class DurableSnapshotStore : SnapshotStore
{
    private const int Kind = -3;

    private readonly PluginSettings _settings;
    private readonly PluginLog _log;
    private readonly PayloadCodec _codec;

    public DurableSnapshotStore(Config config)
    {
        _settings = PluginSettings.Read(config);
        _codec = new PayloadCodec((ExtendedActorSystem)Context.System, _settings.Serializer);
        _log = PluginLogs.Of(Context.System).For(_settings, Kind);
    }

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => _log.Query(log =>
    {
        LogEntry? newest = null;
        foreach (LogEntry entry in log.Find(persistenceId, criteria.MinSequenceNr, criteria.MaxSequenceNr, long.MaxValue))
            if (IsInTime(criteria, entry.Ticks) && (newest is null || entry.SequenceNr > newest.SequenceNr || entry.Ticks >= newest.Ticks)) newest = entry;
        if (newest is null || log.Read(newest) is not { } content) return null!;
        SnapshotMetadata metadata = new(persistenceId, content.SequenceNr, new DateTime(content.Ticks, DateTimeKind.Utc));
        return new SelectedSnapshot(metadata, _codec.Read(content.Serializer, content.PayloadManifest, content.Payload));
    });

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var (serializer, manifest, bytes) = _codec.Write(snapshot);
        EntryContent content = new(metadata.SequenceNr, metadata.Timestamp.Ticks, serializer, "", "", manifest, bytes);
        EntryBatch batch = new(metadata.PersistenceId, [content]);
        long length = EntryFormat.WriteLength(batch);
        return length <= _settings.WriteBytesMax
            ? _log.Write([batch])
            : throw new PayloadTooLargeException(metadata.PersistenceId, length, _settings.WriteBytesMax);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata) => _log.Remove(
        metadata.PersistenceId,
        (sequenceNr, ticks) => sequenceNr == metadata.SequenceNr && (metadata.Timestamp == DateTime.MinValue || ticks == metadata.Timestamp.Ticks));

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => _log.Remove(
        persistenceId,
        (sequenceNr, ticks) => sequenceNr >= criteria.MinSequenceNr && sequenceNr <= criteria.MaxSequenceNr && IsInTime(criteria, ticks));

    private static bool IsInTime(SnapshotSelectionCriteria criteria, long ticks) =>
        ticks <= criteria.MaxTimeStamp.Ticks && ticks >= (criteria.MinTimestamp ?? DateTime.MinValue).Ticks;
}

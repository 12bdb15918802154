using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Akka.Persistence.Snapshot;

/// <summary>A snapshot store for tests: snapshots lie in memory and end with the plugin's actor.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly List<SelectedSnapshot> _snapshots = new();

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        SelectedSnapshot newest = null;
        lock (_snapshots)
        {
            foreach (SelectedSnapshot snapshot in _snapshots)
            {
                SnapshotMetadata metadata = snapshot.Metadata;
                if (metadata.PersistenceId != persistenceId || !criteria.IsMatch(metadata.SequenceNr, metadata.Timestamp)) continue;
                if (newest is null || SnapshotMetadata.Comparer.Compare(metadata, newest.Metadata) > 0) newest = snapshot;
            }
        }

        return Task.FromResult(newest);
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        lock (_snapshots)
        {
            _snapshots.RemoveAll(saved => saved.Metadata.Equals(metadata));
            _snapshots.Add(new SelectedSnapshot(metadata, snapshot));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        lock (_snapshots)
        {
            _snapshots.RemoveAll(saved =>
                saved.Metadata.PersistenceId == metadata.PersistenceId
                && saved.Metadata.SequenceNr == metadata.SequenceNr
                && (metadata.Timestamp == DateTime.MinValue || saved.Metadata.Timestamp == metadata.Timestamp));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        lock (_snapshots)
        {
            _snapshots.RemoveAll(saved =>
                saved.Metadata.PersistenceId == persistenceId && criteria.IsMatch(saved.Metadata.SequenceNr, saved.Metadata.Timestamp));
        }

        return Task.CompletedTask;
    }
}

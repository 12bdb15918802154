using System;
using System.Threading.Tasks;

namespace Akka.Persistence.Snapshot;

/// <summary>Serves when no snapshot store is configured: there are none, and none can be saved.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    /// <inheritdoc/>
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.FromResult<SelectedSnapshot>(null);

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Refuse();

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata) => Refuse();

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Refuse();

    private static Task Refuse() => Task.FromException(
        new NoSnapshotStoreException("No snapshot store is configured. Selected snapshot store plugin is 'akka.persistence.snapshot-store.no-snapshot-store'."));

    /// <summary>Something was to be saved or deleted, and there is no snapshot store.</summary>
    public class NoSnapshotStoreException : Exception
    {
        /// <summary>Says that there is none.</summary>
        public NoSnapshotStoreException()
        {
        }

        /// <summary>Says that there is none.</summary>
        public NoSnapshotStoreException(string message) : base(message)
        {
        }

        /// <summary>Says that there is none.</summary>
        public NoSnapshotStoreException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }
}

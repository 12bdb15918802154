using System;
using System.Threading.Tasks;

namespace Akka.Persistence.Snapshot;

/// <summary>Serves when no snapshot store is configured: there are none, and none can be saved.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.FromResult<SelectedSnapshot>(null);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Refuse();

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Refuse();

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Refuse();

    private static Task Refuse() => Task.FromException(
        new NoSnapshotStoreException("No snapshot store is configured. Selected snapshot store plugin is 'akka.persistence.snapshot-store.no-snapshot-store'."));

    public class NoSnapshotStoreException : Exception
    {
        public NoSnapshotStoreException()
        {
        }

        public NoSnapshotStoreException(string message) : base(message)
        {
        }

        public NoSnapshotStoreException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }
}

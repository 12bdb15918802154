using Akka.Contract.Tests.Persistence.Conformance;

namespace Akka.Contract.Tests.Persistence;

public class MemoryJournalConformanceTests() : JournalConformance("akka.persistence.journal.plugin = akka.persistence.journal.inmem")
{
    protected override bool Serializes => false;
}

public class MemorySnapshotStoreConformanceTests() : SnapshotStoreConformance("akka.persistence.snapshot-store.plugin = akka.persistence.snapshot-store.inmem");

public sealed class LocalSnapshotStoreConformanceTests : SnapshotStoreConformance
{
    private readonly string _folder;

    public LocalSnapshotStoreConformanceTests() : this(Directory.CreateTempSubdirectory("snapshots-").FullName)
    {
    }

    private LocalSnapshotStoreConformanceTests(string folder)
        : base($"akka.persistence.snapshot-store {{ plugin = akka.persistence.snapshot-store.local, local.dir = \"{folder}\" }}")
    {
        _folder = folder;
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }
}

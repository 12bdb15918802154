using Akka.Contract.Tests.Persistence.Conformance;

namespace Cluster.Actors.Tests.Persistence;

public sealed class DurableJournalConformanceTests : JournalConformance
{
    private readonly PluginFolder _folder;

    public DurableJournalConformanceTests() : this(new PluginFolder())
    {
    }

    private DurableJournalConformanceTests(PluginFolder folder) : base(folder.Settings) => _folder = folder;

    protected override bool Serializes => true;

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Dispose();
    }
}

public sealed class DurableSnapshotStoreConformanceTests : SnapshotStoreConformance
{
    private readonly PluginFolder _folder;

    public DurableSnapshotStoreConformanceTests() : this(new PluginFolder())
    {
    }

    private DurableSnapshotStoreConformanceTests(PluginFolder folder) : base(folder.Settings) => _folder = folder;

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Dispose();
    }
}

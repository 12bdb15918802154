using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence.Conformance;

/// <summary>
/// What every snapshot store has to do, asked by the messages that persistent actors send. The configuration names the store under test
/// as the default one.
/// </summary>
public abstract class SnapshotStoreConformance : Akka.TestKit.Xunit2.TestKit
{
    private static readonly Config Patience = ConfigurationFactory.ParseString("akka.test { single-expect-default = 30s, filter-leeway = 30s }");
    private static readonly DateTime Noon = new(2024, 5, 6, 12, 0, 0, DateTimeKind.Utc);

    protected SnapshotStoreConformance(string settings)
        : base(ConfigurationFactory.ParseString(settings)
            .WithFallback(ConfigurationFactory.ParseString(ConformanceSerializer.SettingsHere))
            .WithFallback(Patience))
    {
        Probe = CreateTestProbe();
        Pid = "p/ü -" + Guid.NewGuid().ToString("N");
    }

    protected TestProbe Probe { get; }

    protected string Pid { get; }

    protected IActorRef Store => Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor(null);

    [Fact]
    public void Nothing_is_found_where_nothing_was_saved() => Assert.Null(Load(SnapshotSelectionCriteria.Latest));

    [Fact]
    public void The_newest_snapshot_is_loaded_with_its_number_and_time()
    {
        SaveFive();
        var found = Load(SnapshotSelectionCriteria.Latest)!;
        Assert.Equal(new TextEvent("s-50"), found.Snapshot);
        Assert.Equal(new SnapshotMetadata(Pid, 50, Noon.AddMinutes(5)), found.Metadata);
    }

    [Theory]
    [InlineData(45, null, 0, null, 40)]
    [InlineData(40, null, 0, null, 40)]
    [InlineData(9, null, 0, null, 0)]
    [InlineData(long.MaxValue, 3, 0, null, 30)]
    [InlineData(25, 3, 0, null, 20)]
    [InlineData(long.MaxValue, null, 50, null, 50)]
    [InlineData(long.MaxValue, null, 51, null, 0)]
    [InlineData(long.MaxValue, 3, 40, null, 0)]
    [InlineData(long.MaxValue, null, 0, 5, 50)]
    [InlineData(40, null, 0, 5, 0)]
    public void Snapshots_are_selected_by_number_and_time(long max, int? maxMinute, long min, int? minMinute, int expected)
    {
        SaveFive();
        var criteria = new SnapshotSelectionCriteria(
            max, maxMinute is { } late ? Noon.AddMinutes(late) : DateTime.MaxValue, min, minMinute is { } early ? Noon.AddMinutes(early) : null);
        Assert.Equal(expected, Load(criteria)?.Metadata.SequenceNr ?? 0);
    }

    [Fact]
    public void Nothing_above_the_number_asked_for_is_loaded()
    {
        SaveFive();
        Assert.Equal(30, Load(SnapshotSelectionCriteria.Latest, to: 39)!.Metadata.SequenceNr);
        Assert.Null(Load(SnapshotSelectionCriteria.Latest, to: 9));
    }

    [Fact]
    public void The_criteria_for_none_load_none()
    {
        SaveFive();
        Assert.Null(Load(SnapshotSelectionCriteria.None));
    }

    [Fact]
    public void One_snapshot_is_deleted_by_its_number_whatever_its_time()
    {
        SaveFive();
        var metadata = new SnapshotMetadata(Pid, 50);
        Store.Tell(new DeleteSnapshot(metadata), Probe.Ref);
        Assert.Equal(metadata, Probe.ExpectMsg<DeleteSnapshotSuccess>().Metadata);
        Assert.Equal(40, Load(SnapshotSelectionCriteria.Latest)!.Metadata.SequenceNr);
    }

    [Fact]
    public void Snapshots_are_deleted_by_criteria()
    {
        SaveFive();
        var criteria = new SnapshotSelectionCriteria(40, Noon.AddMinutes(3));
        Store.Tell(new DeleteSnapshots(Pid, criteria), Probe.Ref);
        Assert.Equal(criteria, Probe.ExpectMsg<DeleteSnapshotsSuccess>().Criteria);
        Assert.Equal(50, Load(SnapshotSelectionCriteria.Latest)!.Metadata.SequenceNr);
        Assert.Equal(40, Load(new SnapshotSelectionCriteria(49))!.Metadata.SequenceNr);
        Assert.Null(Load(new SnapshotSelectionCriteria(39)));
    }

    [Fact]
    public void A_snapshot_that_is_saved_again_is_replaced()
    {
        var metadata = new SnapshotMetadata(Pid, 7, Noon);
        Save(metadata, new TextEvent("first"));
        Save(metadata, new TextEvent("second"));
        Assert.Equal(new TextEvent("second"), Load(SnapshotSelectionCriteria.Latest)!.Snapshot);
    }

    [Fact]
    public void Ids_do_not_see_each_other()
    {
        Save(new SnapshotMetadata(Pid + "-1", 1, Noon), new TextEvent("other"));
        Assert.Null(Load(SnapshotSelectionCriteria.Latest));
        Save(new SnapshotMetadata(Pid, 1, Noon), new TextEvent("mine"));
        Assert.Equal(new TextEvent("mine"), Load(SnapshotSelectionCriteria.Latest)!.Snapshot);
    }

    [Fact]
    public void A_large_snapshot_comes_back_whole()
    {
        string large = new('x', 1 << 20);
        Save(new SnapshotMetadata(Pid, 1, Noon), new TextEvent(large));
        Assert.Equal(large, ((TextEvent)Load(SnapshotSelectionCriteria.Latest)!.Snapshot).Text);
    }

    [Fact]
    public void References_in_snapshots_come_back_as_references()
    {
        Save(new SnapshotMetadata(Pid, 1, Noon), new EventWithRef(Probe.Ref));
        ((EventWithRef)Load(SnapshotSelectionCriteria.Latest)!.Snapshot).Ref.Tell("hello", TestActor);
        Probe.ExpectMsg("hello");
    }

    protected void Save(SnapshotMetadata metadata, object snapshot)
    {
        Store.Tell(new SaveSnapshot(metadata, snapshot), Probe.Ref);
        Assert.Equal(metadata.SequenceNr, Probe.ExpectMsg<SaveSnapshotSuccess>().Metadata.SequenceNr);
    }

    protected SelectedSnapshot? Load(SnapshotSelectionCriteria criteria, long to = long.MaxValue)
    {
        Store.Tell(new LoadSnapshot(Pid, criteria, to), Probe.Ref);
        return Probe.ExpectMsg<LoadSnapshotResult>().Snapshot;
    }

    /// <summary>Numbers 10 to 50, a minute apart.</summary>
    private void SaveFive()
    {
        for (int i = 1; i <= 5; i++) Save(new SnapshotMetadata(Pid, i * 10, Noon.AddMinutes(i)), new TextEvent($"s-{i * 10}"));
    }
}

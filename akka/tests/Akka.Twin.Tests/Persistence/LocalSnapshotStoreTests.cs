using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Xunit;

namespace Akka.Twin.Tests.Persistence;

public sealed class LocalSnapshotStoreTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots-").FullName;
    private readonly ActorSystem _system;

    public LocalSnapshotStoreTests()
    {
        _system = ActorSystem.Create("snapshots", ConfigurationFactory.ParseString(
            $"akka {{ loglevel = OFF, stdout-loglevel = OFF, persistence.snapshot-store.local {{ dir = \"{_folder}\", max-load-attempts = 2 }} }}"));
    }

    private IActorRef Store => Akka.Persistence.Persistence.Instance.Apply(_system).SnapshotStoreFor("akka.persistence.snapshot-store.local");

    public void Dispose()
    {
        if (!_system.Terminate().Wait(Limit)) throw new TimeoutException("The system did not terminate");
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_damaged_file_is_passed_over_for_the_one_before()
    {
        await Save(1, "one");
        await Save(2, "two");
        await File.WriteAllTextAsync(FileOf(2), "damaged");
        LoadSnapshotResult found = await Load();
        Assert.Equal("one", found.Snapshot.Snapshot);
    }

    [Fact]
    public async Task When_the_last_attempt_fails_loading_has_failed()
    {
        for (int i = 1; i <= 3; i++)
        {
            await Save(i, "state");
            if (i > 1) await File.WriteAllTextAsync(FileOf(i), "damaged");
        }

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            object answer = await Store.Ask<object>(new LoadSnapshot("p-1", SnapshotSelectionCriteria.Latest, long.MaxValue), Limit);
            throw Assert.IsType<LoadSnapshotFailed>(answer).Cause;
        });
    }

    [Fact]
    public async Task Files_of_other_names_are_no_snapshots()
    {
        await Save(1, "one");
        foreach (string name in new[] { "snapshot-p-1-2-3.tmp", "snapshot-p-1-x-3", "snapshot-p-1-5", "snapshot-p-1-1-2-3", "snapshot-p-10-9-3", "other" })
            await File.WriteAllTextAsync(Path.Combine(_folder, name), "nothing");
        Assert.Equal("one", (await Load()).Snapshot.Snapshot);
    }

    private string FileOf(long number) => Directory.GetFiles(_folder).Single(path => Path.GetFileName(path).StartsWith($"snapshot-p-1-{number}-", StringComparison.Ordinal));

    private async Task Save(long number, object snapshot)
    {
        object answer = await Store.Ask<object>(new SaveSnapshot(new SnapshotMetadata("p-1", number, DateTime.UtcNow), snapshot), Limit);
        Assert.IsType<SaveSnapshotSuccess>(answer);
    }

    private Task<LoadSnapshotResult> Load() => Store.Ask<LoadSnapshotResult>(new LoadSnapshot("p-1", SnapshotSelectionCriteria.Latest, long.MaxValue), Limit);
}

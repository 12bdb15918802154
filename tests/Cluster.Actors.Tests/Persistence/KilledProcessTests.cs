using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Contract.Tests.Persistence.Conformance;
using Akka.Persistence;
using Xunit;

namespace Cluster.Actors.Tests.Persistence;

/// <summary>A real process with both plugins is killed at random moments and started again on what it left.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 200 : 6;

    private readonly PluginFolder _folder = new();
    private readonly Dictionary<string, Promises> _promises = [];

    /// <summary>What the killed processes have printed about one id.</summary>
    private sealed class Promises
    {
        /// <summary>Number to writer, of the newest acknowledged events.</summary>
        public SortedDictionary<long, string> Stored { get; } = [];

        public long WantedDeletedTo { get; set; }

        public long DeletedTo { get; set; }

        public long SnapshotAt { get; set; }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_acknowledged_is_lost_no_batch_is_halved_and_no_number_is_given_twice()
    {
        for (int i = 0; i < PersistingProcess.Actors; i++) _promises[PersistingProcess.IdOf(i)] = new Promises();
        Random random = new(4711);
        for (int kill = 0; kill < Kills; kill++)
        {
            RunAndKill(random.Next(1, 800));
            Check();
        }

        Assert.All(_promises.Values, promises => Assert.True(promises.Stored.Count > 0, "nothing was ever stored"));
    }

    private void RunAndKill(int afterLines)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(PersistingProcess).Assembly.Location);
        start.ArgumentList.Add("persist");
        start.ArgumentList.Add(_folder.Path);
        using Process child = Process.Start(start)!;
        try
        {
            while (child.StandardOutput.ReadLine() is { } line)
            {
                // What is still in the pipe behind the kill was promised as well.
                Note(line.Split(' '));
                if (--afterLines == 0) child.Kill();
            }
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }

        Assert.True(afterLines <= 0, $"the process ended by itself with code {child.ExitCode}");
    }

    private void Note(string[] line)
    {
        // The last line may be cut short.
        if (line.Length < 3 || (line[0] == "A" && (line.Length < 4 || line[3].Length < 32))) return;
        Promises promises = _promises[line[1]];
        long number = long.Parse(line[2], CultureInfo.InvariantCulture);
        switch (line[0])
        {
            case "A":
                Assert.False(promises.Stored.TryGetValue(number, out string? other), $"{line[1]}: number {number} of writer {other} was given again, by {line[3]}");
                promises.Stored.Add(number, line[3]);
                break;
            case "d":
                promises.WantedDeletedTo = Math.Max(promises.WantedDeletedTo, number);
                break;
            case "D":
                promises.DeletedTo = Math.Max(promises.DeletedTo, number);
                break;
            case "S":
                promises.SnapshotAt = Math.Max(promises.SnapshotAt, number);
                break;
        }
    }

    private void Check()
    {
        using var kit = new Akka.TestKit.Xunit2.TestKit(
            ConfigurationFactory.ParseString("akka.test.single-expect-default = 60s\n" + PersistingProcess.Settings(_folder.Path)));
        Check(kit);
        // The next process finds the folder free.
        Assert.True(kit.Sys.Terminate().Wait(TimeSpan.FromSeconds(60)), "the system does not end");
    }

    private void Check(Akka.TestKit.Xunit2.TestKit kit)
    {
        foreach (var (id, promises) in _promises)
        {
            var (events, highest) = Replay(kit, id);
            Dictionary<long, string> found = events.ToDictionary(persistent => persistent.SequenceNr, persistent => ((TextEvent)persistent.Payload).Text);
            foreach (var (number, writer) in promises.Stored)
            {
                if (number <= promises.DeletedTo) Assert.False(found.ContainsKey(number), $"{id}: {number} was deleted, and is there");
                if (number <= promises.WantedDeletedTo) continue;
                Assert.True(found.TryGetValue(number, out string? text), $"{id}: {number} was acknowledged, and is lost");
                Assert.StartsWith(writer, text, StringComparison.Ordinal);
            }

            if (promises.Stored.Count > 0) Assert.True(highest >= promises.Stored.Keys.Max(), $"{id}: the highest number went back to {highest}");
            foreach (var (_, text) in found) CheckBatch(id, text, found, promises.WantedDeletedTo);
            CheckSnapshot(kit, id, promises.SnapshotAt);
        }
    }

    private static void CheckBatch(string id, string text, Dictionary<long, string> found, long deletedTo)
    {
        string[] words = text.Split(' ');
        long first = long.Parse(words[1], CultureInfo.InvariantCulture);
        int count = int.Parse(words[2], CultureInfo.InvariantCulture);
        for (long number = Math.Max(first, deletedTo + 1); number < first + count; number++)
            Assert.True(found.TryGetValue(number, out string? other) && other == text, $"{id}: of the batch {first} to {first + count - 1}, {number} is missing");
    }

    private static (List<IPersistentRepresentation> Events, long Highest) Replay(Akka.TestKit.Xunit2.TestKit kit, string id)
    {
        var journal = Akka.Persistence.Persistence.Instance.Apply(kit.Sys).JournalFor(null);
        journal.Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, id, kit.TestActor), kit.TestActor);
        List<IPersistentRepresentation> events = [];
        while (true)
        {
            switch (kit.ExpectMsg<IJournalResponse>())
            {
                case ReplayedMessage replayed:
                    events.Add(replayed.Persistent);
                    break;
                case RecoverySuccess success:
                    return (events, success.HighestSequenceNr);
                case var other:
                    Assert.Fail("unexpected " + other);
                    break;
            }
        }
    }

    private static void CheckSnapshot(Akka.TestKit.Xunit2.TestKit kit, string id, long savedAt)
    {
        var store = Akka.Persistence.Persistence.Instance.Apply(kit.Sys).SnapshotStoreFor(null);
        store.Tell(new LoadSnapshot(id, SnapshotSelectionCriteria.Latest, long.MaxValue), kit.TestActor);
        var found = kit.ExpectMsg<LoadSnapshotResult>().Snapshot;
        if (savedAt == 0) return;
        Assert.True(found is not null && found.Metadata.SequenceNr >= savedAt, $"{id}: the snapshot at {savedAt} is lost");
        Assert.Equal(new TextEvent("snapshot " + found.Metadata.SequenceNr.ToString(CultureInfo.InvariantCulture)), found.Snapshot);
    }
}

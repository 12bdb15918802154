using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

/// <summary>A replica receives and installs a snapshot while its machine stops at any point, again and again, until it has succeeded.</summary>
public sealed class InstallCrashTests
{
    /// <summary>Every crash point between the first chunk and the opened replica; complete because the uninterrupted life meets no other.</summary>
    public static readonly string[] Points =
    [
        "receive.discarded", "receive.folder-created", "receive.file-synced", "receive.synced",
        "snapshot.manifest.written", "snapshot.manifest.synced", "snapshot.manifest.renamed", "snapshot.manifest.durable",
        "receive.state.written", "receive.state.synced", "receive.state.renamed", "receive.state.durable",
        "install.prepared", "install.older-deleted", "install.intended", "install.old-renamed", "install.old-aside", "install.renamed", "install.in-place",
        "install.cleaned", "install.done",
    ];

    /// <summary>Lives per form; CLUSTER_CRASH_LIVES sets more for a long run.</summary>
    private static readonly int Lives = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_CRASH_LIVES"), out var lives) ? lives : 100;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_crash_at_a_named_point_leaves_a_mix_of_old_and_new(bool hasOld)
    {
        var life = new Life(hasOld);
        var seen = new HashSet<string>();
        foreach (var point in Points)
        {
            for (var seed = 0; seed < 6; seed++)
                life.Run(seed, seen, crashAt: point, skip: seed);
        }

        Assert.Equal(Points.Where(point => hasOld || !point.Contains("old-", StringComparison.Ordinal)).Order(), seen.Where(static point => point.StartsWith("receive", StringComparison.Ordinal) || point.StartsWith("install", StringComparison.Ordinal) || point.StartsWith("snapshot", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_crash_at_any_call_leaves_a_mix_of_old_and_new(bool hasOld, bool evidence)
    {
        var life = new Life(hasOld, evidence ? OldReplica.KeepAsEvidence : OldReplica.Replace);
        var swaps = 0;
        for (var seed = 0; seed < Lives; seed++)
            swaps += life.Run(seed, [], crashAt: null, skip: 0);
        Assert.True(swaps > 0, "no life was interrupted within the swap");
    }

    private sealed class Life
    {
        private readonly ReplicaBench _source;
        private readonly ReplicaBench _older;
        private readonly SnapshotLease _lease;
        private readonly string _old;
        private readonly string _new;
        private readonly bool _hasOld;
        private readonly OldReplica _use;

        /// <summary>Changing calls of a life without a crash.</summary>
        private readonly int _calls;

        public Life(bool hasOld, OldReplica use = OldReplica.Replace)
        {
            _source = ReplicaBench.Merged(11, 75, out _new, segmentBytes: 2000);
            _older = ReplicaBench.Filled(11, 25, segmentBytes: 2000);
            _old = _older.State();
            _lease = _source.Lease();
            _hasOld = hasOld;
            _use = use;
            using var whole = _hasOld ? Old(1) : ReplicaBench.Empty(1, 2500);
            if (_hasOld)
                whole.Close();
            var before = whole.Bench.Files.OperationCount;
            Receive(whole, new Random(1));
            SnapshotInstall.Run(whole.ReceiveOptions(), use);
            whole.Open();
            _calls = whole.Bench.Files.OperationCount - before;
        }

        /// <summary>How often the machine stopped between the decision and its end.</summary>
        public int Run(int seed, HashSet<string> seen, string? crashAt, int skip)
        {
            try
            {
                return Live(seed, seen, crashAt, skip);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}, crash point {crashAt ?? "any"}: {error}", error);
            }
        }

        private int Live(int seed, HashSet<string> seen, string? crashAt, int skip)
        {
            var random = new Random(seed);
            var swaps = 0;
            var replica = _hasOld ? Old(seed) : ReplicaBench.Empty(seed, 2500);
            if (_hasOld)
                replica.Close();
            for (var attempt = 0; attempt < 200; attempt++)
            {
                var disk = replica.Bench.Files;
                replica.Bench.CrashPoints.CrashAt = attempt < 2 ? crashAt : null;
                replica.Bench.CrashPoints.SkipCount = crashAt is not null && Repeats(crashAt) ? skip : 0;
                if (crashAt is null)
                    disk.CrashAfter = attempt == 0 ? seed % _calls : attempt < 5 ? random.Next(_calls) : -1;
                else if (crashAt == "receive.discarded" && attempt == 0)
                    disk.CrashAfter = 3 + random.Next(3); // while the manifest is written: nothing to resume
                try
                {
                    Receive(replica, random);
                    SnapshotInstall.Run(replica.ReceiveOptions(), _use);
                    Finish(replica);
                    seen.UnionWith(replica.Bench.CrashPoints.Seen);
                    return swaps;
                }
                catch (SimulatedCrashException)
                {
                    seen.UnionWith(replica.Bench.CrashPoints.Seen);
                }

                bool? isNew;
                do
                {
                    replica.Store?.Dispose();
                    replica = new ReplicaBench(replica.Bench.Restart(random.Next(), powerLoss: random.Next(4) > 0));
                    if (replica.Bench.Files.FileExists(SnapshotFolder.Intent(LogBench.Folder)))
                        swaps++;
                    isNew = Judge(replica, random);
                }
                while (isNew is null);
                if (isNew == true)
                    return swaps;
            }

            throw new InvalidOperationException("it never ended");
        }

        /// <summary>Whether a node that starts now finds the new replica or the old one; null if it crashed again before it knew.</summary>
        private bool? Judge(ReplicaBench replica, Random random)
        {
            var shouldExist = _hasOld || replica.Bench.Files.FileExists(SnapshotFolder.Intent(LogBench.Folder));
            if (!shouldExist && !replica.Bench.Files.FolderExists(LogBench.Folder))
                return false;
            replica.Bench.Files.CrashAfter = random.Next(3) == 0 ? random.Next(12) : -1;
            try
            {
                replica.Open(createIfMissing: false);
            }
            catch (SimulatedCrashException)
            {
                return null;
            }

            replica.Bench.Files.CrashAfter = -1;
            if (replica.Store.LastLsn < _lease.Manifest.Last)
            {
                Assert.Equal(_old, replica.State());
                replica.Close();
                return false;
            }

            Assert.Equal(_new, replica.State());
            replica.Close();
            Finish(replica);
            return true;
        }

        private void Finish(ReplicaBench replica)
        {
            replica.Open(createIfMissing: false);
            replica.Bench.Files.CrashAfter = -1;
            Assert.Equal(_new, replica.State());
            var folders = replica.Bench.Files.ListFolders(LogBench.Root).Where(static name => !name.Contains(".evidence-"));
            Assert.Equal([Path.GetFileName(LogBench.Folder)], folders);
            if (_hasOld && _use == OldReplica.KeepAsEvidence)
                Assert.Equal(2, replica.Bench.Files.ListFolders(LogBench.Root).Count);
            Assert.DoesNotContain(replica.Bench.Files.ListFiles(LogBench.Folder), static name => name.StartsWith("snapshot", StringComparison.Ordinal) || name.StartsWith("receive", StringComparison.Ordinal));
            Assert.False(replica.Bench.Files.FileExists(SnapshotFolder.Intent(LogBench.Folder)));
            replica.Append(new Random(1), 5);
            replica.Commit();
            replica.Close();
            replica.Dispose();
        }

        private void Receive(ReplicaBench replica, Random random)
        {
            using var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions(1200));
            foreach (var chunk in ReplicaBench.Chunks(_lease, 200 + random.Next(600), receiver.Position))
                receiver.Accept(chunk);
            Assert.True(receiver.IsComplete);
        }

        private ReplicaBench Old(int seed)
        {
            var replica = ReplicaBench.Empty(seed, 2500).Open();
            replica.Follow(_older, _older.Store.LastLsn);
            replica.Commit();
            return replica;
        }

        private static bool Repeats(string point) => !point.StartsWith("install", StringComparison.Ordinal) && !point.StartsWith("snapshot", StringComparison.Ordinal) && point != "receive.folder-created";
    }
}

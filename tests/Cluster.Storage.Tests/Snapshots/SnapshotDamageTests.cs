using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

public sealed class SnapshotDamageTests
{
    /// <summary>CLUSTER_SNAPSHOT_FLIPS sets more for a long run.</summary>
    private static readonly int Flips = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_SNAPSHOT_FLIPS"), out var flips) ? flips : 3000;

    [Fact]
    public void A_flipped_bit_passes_on_the_way() => SnapshotFlips.InStream(Flips, seed: 1);

    [Fact]
    public void A_flipped_bit_on_the_disk_is_installed() => SnapshotFlips.OnDisk(Flips / 2, seed: 2);

    [Fact]
    public void Foreign_bytes_break_a_decoder() => SnapshotFlips.Fuzz(5 * Flips, seed: 3);

    [Fact]
    public void A_file_that_is_missing_or_too_short_or_too_long_or_one_too_many_is_installed()
    {
        using var bench = new Received(1);
        var segment = bench.Files.Order(StringComparer.Ordinal).First(static name => name.StartsWith("wal-", StringComparison.Ordinal));
        bench.Refused(SnapshotProblem.Damaged, segment, () => bench.Change(segment, file => file.Truncate(file.Length - 1)));
        bench.Refused(SnapshotProblem.Damaged, segment, () => bench.Change(segment, file => file.Write(file.Length, new byte[1])));
        bench.Refused(SnapshotProblem.Damaged, segment, () => bench.Delete(segment));
        bench.Refused(SnapshotProblem.Damaged, "wal-00000000000000ff.open", () => bench.Create("wal-00000000000000ff.open"));
        bench.Refused(SnapshotProblem.Damaged, "x", () => bench.Create("x"));
        bench.Refused(SnapshotProblem.Incomplete, SnapshotFolder.ManifestName, () => bench.Delete(SnapshotFolder.ManifestName));
        bench.Refused(SnapshotProblem.Incomplete, SnapshotFolder.ManifestName, () => bench.Delete(SnapshotFolder.ReceiveStateName));
        bench.Accepted();
    }

    [Fact]
    public void A_manifest_that_its_files_contradict_is_installed()
    {
        using var bench = new Received(2);
        var manifest = bench.Manifest;
        bench.Refused(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, () => bench.Save(manifest with { Digest = manifest.Digest ^ 1 }));
        bench.Refused(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, () => bench.Save(manifest with { LastTerm = manifest.LastTerm.Next, Timeline = [.. manifest.Timeline, new TermStart(manifest.LastTerm.Next, manifest.Last)] }));
        bench.Refused(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, () => bench.Save(manifest with { Timeline = [manifest.Timeline[^1]] }));
        bench.Refused(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, () => bench.Save(manifest with { Configuration = null }));
        bench.Refused(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, () => bench.Save(manifest with { Topology = manifest.Topology! with { Payload = new byte[] { 1 } } }));
        bench.Refused(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, () => bench.Save(manifest with { Files = [.. manifest.Files.Skip(1)] }), incomplete: true);
        bench.Accepted();
    }

    [Fact]
    public void A_snapshot_of_another_shard_or_cluster_or_generation_is_received_or_installed()
    {
        using var bench = new Received(3);
        var options = bench.Replica.ReceiveOptions();
        foreach (var other in new[] { options with { Shard = 1 }, options with { ClusterId = Guid.NewGuid() }, options with { RecoveryGeneration = 1 } })
        {
            Assert.Equal(SnapshotProblem.Foreign, Assert.Throws<SnapshotException>(() => SnapshotInstall.Run(other, OldReplica.Replace)).Problem);
            using var empty = ReplicaBench.Empty(1);
            using var receiver = SnapshotReceiver.OpenOrBegin(other with { Environment = empty.Bench.Environment });
            Assert.Equal(SnapshotProblem.Foreign, Assert.Throws<SnapshotException>(() => receiver.Accept(bench.Chunks[0])).Problem);
            Assert.Empty(empty.Bench.Files.ListFolders(LogBench.Root));
        }

        bench.Accepted();
    }

    [Fact]
    public void A_record_kind_of_a_newer_version_is_installed()
    {
        using var bench = new Received(4);
        var segment = bench.Manifest.Files[^1].Name;
        bench.Refused(SnapshotProblem.Unsupported, segment, () => bench.Change(segment, file =>
        {
            // The first record's kind; the batch is sealed anew, its digest with it.
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            SegmentHeader.TryRead(bytes, out var header);
            BatchHeader.TryRead(bytes.AsSpan(SegmentHeader.Bytes), out var batch);
            var content = bytes.AsSpan(SegmentHeader.Bytes, batch.Length);
            content[BatchHeader.Bytes + RecordFormat.KindOffset] = 200;
            var digest = header.DigestBefore;
            for (var at = BatchHeader.Bytes; at < content.Length;)
            {
                var record = RecordView.FromTrusted(content.Slice(at, RecordView.LengthAt(content[at..])));
                digest = XxHash64.Compute(record.Bytes, digest);
                at += record.Length;
            }

            batch.Digest = digest;
            batch.Write(content);
            file.Write(0, bytes);
        }));
    }

    [Fact]
    public void A_verification_cannot_be_watched_or_cancelled()
    {
        using var bench = new Received(5);
        long seen = 0;
        long total = 0;
        SnapshotVerifier.Verify(bench.Replica.ReceiveOptions(), (done, all) =>
        {
            Assert.True(done > seen);
            (seen, total) = (done, all);
        });
        Assert.Equal((bench.Manifest.FileBytes, bench.Manifest.FileBytes), (seen, total));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => SnapshotInstall.Run(bench.Replica.ReceiveOptions(), OldReplica.Replace, null, cancelled.Token));
        bench.Accepted();
    }

    [Fact]
    public void A_disk_that_fails_during_the_swap_loses_the_shard()
    {
        for (var failAt = 0; failAt < 24; failAt++)
        {
            using var bench = new Received(6);
            var left = failAt;
            bench.Replica.Bench.Files.Fault = operation => operation.Name is "sync" or "sync folder" or "rename" or "write" or "delete" && left-- == 0
                ? new StorageFailedException(StorageFailure.Io, operation.Name, operation.Path, 5)
                : null;
            var error = Record.Exception(() => SnapshotInstall.Run(bench.Replica.ReceiveOptions(), OldReplica.Replace));
            bench.Replica.Bench.Files.Fault = null;
            Assert.True(error is null or StorageFailedException, error?.ToString());
            using var next = new ReplicaBench(bench.Replica.Bench.Restart(failAt, powerLoss: failAt % 2 == 0));
            next.Open(createIfMissing: false);
            Assert.Contains(next.State(), new[] { bench.Old, bench.New });
        }
    }

    /// <summary>A replica with a few records of its own and a complete snapshot beside it.</summary>
    private sealed class Received : IDisposable
    {
        private readonly ReplicaBench _source;
        private readonly SnapshotLease _lease;

        public Received(int seed)
        {
            _source = ReplicaBench.Filled(seed, 60);
            _source.Store.AppendConfiguration(_source.Bench.Term, 1, [1]);
            _source.Store.AppendTopology(_source.Bench.Term, 1, [2]);
            _source.Bench.Term = _source.Bench.Term.Next;
            _source.Append(new Random(seed), 60);
            _source.Commit();
            New = _source.State();
            _lease = _source.Lease();
            Chunks = ReplicaBench.Chunks(_lease, 4000);
            Replica = ReplicaBench.Filled(seed + 1, 10);
            Old = Replica.State();
            Replica.Close();
            using var receiver = SnapshotReceiver.OpenOrBegin(Replica.ReceiveOptions());
            foreach (var chunk in Chunks)
                receiver.Accept(chunk);
            Assert.True(receiver.IsComplete);
        }

        public ReplicaBench Replica { get; }

        public List<byte[]> Chunks { get; }

        public string Old { get; }

        public string New { get; }

        public SnapshotManifest Manifest => _lease.Manifest;

        public IReadOnlyList<string> Files => Replica.Bench.Files.ListFiles(Incoming);

        private static string Incoming => SnapshotFolder.Incoming(LogBench.Folder);

        /// <summary>The change is undone afterwards.</summary>
        public void Refused(SnapshotProblem problem, string name, Action change, bool incomplete = false)
        {
            var saved = Files.ToDictionary(static file => file, file => Replica.Bench.Files.ReadAll(Path.Combine(Incoming, file)));
            change();
            var error = Record.Exception(() => SnapshotInstall.Run(Replica.ReceiveOptions(), OldReplica.Replace));
            if (!incomplete || error is not StateFileException)
            {
                var refusal = Assert.IsType<SnapshotException>(error);
                Assert.Equal((problem, name), (refusal.Problem, Path.GetFileName(refusal.Path)));
            }

            foreach (var file in Files.Except(saved.Keys).ToArray())
                Delete(file);
            foreach (var (file, content) in saved)
            {
                using var opened = Replica.Bench.Files.Open(Path.Combine(Incoming, file), FileOpening.Replace);
                opened.Write(0, content);
            }
        }

        public void Accepted()
        {
            Assert.Equal(Old, Replica.Open(createIfMissing: false).State());
            Replica.Close();
            SnapshotInstall.Run(Replica.ReceiveOptions(), OldReplica.Replace);
            Assert.Equal(New, Replica.Open(createIfMissing: false).State());
        }

        public void Change(string name, Action<IDataFile> change)
        {
            using var file = Replica.Bench.Files.Open(Path.Combine(Incoming, name), FileOpening.Write);
            change(file);
        }

        public void Save(SnapshotManifest manifest) =>
            ReceiveState.SaveManifest(Replica.Bench.Files, Incoming, manifest.Encode(), ICrashPoints.None);

        public void Delete(string name) => Replica.Bench.Files.Delete(Path.Combine(Incoming, name));

        public void Create(string name) => Replica.Bench.Files.Open(Path.Combine(Incoming, name), FileOpening.Create).Dispose();

        public void Dispose()
        {
            _lease.Dispose();
            _source.Dispose();
            Replica.Dispose();
        }
    }
}

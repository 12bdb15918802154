using System.Buffers.Binary;
using Cluster.Storage.Keys.Hints;
using Cluster.Storage.Log;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Hints;

public sealed class HintTests
{
    /// <summary>Flips in the normal run; CLUSTER_HINT_FLIPS sets more for a long one.</summary>
    private static readonly int Flips = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_HINT_FLIPS"), out var flips) ? flips : 400;

    [Fact]
    public void An_opening_from_hints_finds_another_state_than_the_log_holds()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var written = HintBench.Filled(seed, 100 + (seed * 20)).Idle();
            Assert.Equal(written.SealedSegments.Length, written.HintFiles.Length);
            written.Close();
            using var plain = written.Restart().Open(hints: false);
            var expected = plain.Describe();
            plain.Close();
            using var hinted = plain.Restart();
            var reads = CountReads(hinted, ".seg");
            hinted.Open();
            Assert.Equal(hinted.SealedSegments.Length, reads());
            Assert.Equal(expected, hinted.Describe());
            AssertReadable(hinted);
        }
    }

    [Fact]
    public void A_hint_is_written_of_records_that_are_not_committed()
    {
        using var bench = HintBench.Filled(1, commit: false).Idle();
        Assert.Empty(bench.HintFiles);
        bench.Store.AdvanceCommit(new Lsn(150));
        bench.Idle();
        Assert.NotEmpty(bench.HintFiles);
        foreach (var name in bench.HintFiles)
            Assert.True(Convert.ToInt64(name[17..33], 16) <= 150);
    }

    [Fact]
    public void A_missing_hint_stays_missing_and_an_orphan_stays()
    {
        using var bench = HintBench.Filled(2).Idle();
        var all = bench.HintFiles;
        bench.Close();
        using var next = bench.Restart();
        next.Bench.Files.Delete(next.Bench.PathOf(all[1]));
        using (var orphan = next.Bench.Files.Open(next.Bench.PathOf("00000000000000ff-0000000000000fff.hint"), Files.FileOpening.Create))
            orphan.Write(0, new byte[500]);
        next.Open();
        Assert.Equal(all.Length - 1, next.HintFiles.Length);
        next.Idle();
        Assert.Equal(all, next.HintFiles);
    }

    [Fact]
    public void A_damaged_hint_is_believed()
    {
        using var written = HintBench.Filled(3).Idle();
        written.Close();
        using var plain = written.Restart().Open(hints: false);
        var expected = plain.Describe();
        plain.Close();
        var last = plain.Restart();
        var name = last.HintFiles[2];
        var path = last.Bench.PathOf(name);
        var bits = last.Bench.Files.ReadAll(path).Length * 8L;
        Assert.True(SegmentName.TryParse($"wal-{name[..33]}.seg", out var segment));
        var known = Known(last, segment);
        using (var whole = HintReader.TryOpen(last.Bench.Files, LogBench.Folder, known))
            Assert.NotNull(whole);
        var random = new Random(4711);
        for (var i = 0; i < Flips; i++)
        {
            // All of the header, then anywhere.
            var bit = i < HintHeader.Bytes * 2 ? (i * 4) + random.Next(4) : random.NextInt64(bits);
            last.Bench.Files.FlipBit(path, bit);
            Assert.Null(HintReader.TryOpen(last.Bench.Files, LogBench.Folder, known));
            if (i % 40 == 0)
            {
                last.Open();
                Assert.Equal(expected, last.Describe());
                last.Close();
                last = last.Restart();
            }

            last.Bench.Files.FlipBit(path, bit);
        }

        last.Store?.Dispose();
    }

    [Fact]
    public void A_hint_of_another_segment_or_of_a_longer_one_is_believed()
    {
        using var written = HintBench.Filled(4).Idle();
        Assert.True(SegmentName.TryParse(written.SealedSegments[1], out var segment));
        var known = Known(written, segment);
        foreach (var other in new[]
        {
            known with { FileBytes = known.FileBytes - 1 },
            known with { Header = known.Header with { SegmentId = 1 } },
            known with { Header = known.Header with { DigestBefore = 1 } },
            known with { Header = known.Header with { TermBefore = new Term(99) } },
            known with { Header = known.Header with { Shard = 7 } },
        })
            Assert.Null(HintReader.TryOpen(written.Bench.Files, LogBench.Folder, other));
        written.Bench.Files.Rename(written.Bench.PathOf(written.HintFiles[1]), written.Bench.PathOf(written.HintFiles[2]));
        Assert.True(SegmentName.TryParse(written.SealedSegments[2], out segment));
        Assert.Null(HintReader.TryOpen(written.Bench.Files, LogBench.Folder, Known(written, segment)));
    }

    [Fact]
    public void A_hint_of_version_1_is_lost_or_makes_keys_immortal()
    {
        using var written = HintBench.Filled(4).Idle();
        Assert.True(SegmentName.TryParse(written.SealedSegments[0], out var segment));
        var path = written.Bench.PathOf(segment.HintName);
        AsVersion1();
        Assert.Null(HintReader.TryOpen(written.Bench.Files, LogBench.Folder, Known(written, segment)));

        // Without a key that expires both versions are the same bytes.
        using var plain = new HintBench(new LogBench(4) { SegmentBytes = 6000 }).Open();
        for (var i = 0; i < 100; i++)
            plain.Store.AppendPut(plain.Bench.Term, 1, SessionStamp.None, BitConverter.GetBytes(i), new byte[100]);
        plain.Flush();
        plain.Store.AdvanceCommit(plain.Store.LastLsn);
        plain.Idle();
        Assert.True(SegmentName.TryParse(plain.SealedSegments[0], out segment));
        path = plain.Bench.PathOf(segment.HintName);
        AsVersion1(plain);
        using var reader = HintReader.TryOpen(plain.Bench.Files, LogBench.Folder, Known(plain, segment));
        Assert.NotNull(reader);

        void AsVersion1(HintBench? bench = null)
        {
            bench ??= written;
            var bytes = bench.Bench.Files.ReadAll(path);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 1);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Cluster.Storage.Checksums.Crc32C.Compute(bytes.AsSpan(8, HintHeader.Bytes - 8)));
            using var file = bench.Bench.Files.Open(path, Files.FileOpening.Replace);
            file.Write(0, bytes);
        }
    }

    [Fact]
    public void A_hint_whose_checksums_hold_makes_its_reader_fail_or_allocate_without_bound()
    {
        var random = new Random(99);
        using var written = HintBench.Filled(5).Idle();
        Assert.True(SegmentName.TryParse(written.SealedSegments[0], out var segment));
        var known = Known(written, segment);
        var path = written.Bench.PathOf(segment.HintName);
        var good = written.Bench.Files.ReadAll(path);
        Assert.True(HintHeader.TryRead(good, out var header));
        for (var i = 0; i < 3000; i++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[HintHeader.Bytes + random.Next(bytes.Length - HintHeader.Bytes)] = (byte)random.Next(256);
            var length = bytes.Length - HintHeader.Bytes - HintReader.BlockHeadBytes;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HintHeader.Bytes + 4), HintWriter.Checksum(0, bytes.AsSpan(HintHeader.Bytes + HintReader.BlockHeadBytes, length)));
            if (random.Next(3) == 0)
                (header with { Entries = random.Next(), Blocks = random.Next(5), BlockBytes = random.NextInt64() }).Write(bytes);
            using (var file = written.Bench.Files.Open(path, Files.FileOpening.Replace))
                file.Write(0, bytes);
            using var reader = HintReader.TryOpen(written.Bench.Files, LogBench.Folder, known);
            while (reader?.TryNextBlock(out _) == true)
            {
            }
        }
    }

    [Fact]
    public void A_crash_while_hints_are_written_costs_more_than_the_hints()
    {
        using var plain = HintBench.Filled(6);
        plain.Close();
        using var unhinted = plain.Restart().Open(hints: false);
        var expected = unhinted.Describe();
        var points = new HashSet<string>();
        for (var call = 0; call < 60; call++)
        {
            using var bench = HintBench.Filled(6);
            bench.Close();
            using var building = bench.Restart();
            building.Open();
            building.Bench.Files.CrashAfter = call;
            if (call % 2 == 0)
                building.Bench.CrashPoints.CrashAt = call % 4 == 0 ? "hint.written" : "hint.renamed";
            try
            {
                building.Idle();
            }
            catch (SimulatedCrashException)
            {
            }

            points.UnionWith(building.Bench.CrashPoints.Seen);
            using var next = building.Restart(call, powerLoss: true).Open();
            Assert.Equal(expected, next.Describe());
            next.Idle();
            Assert.Equal(next.SealedSegments.Length, next.HintFiles.Length);
            Assert.DoesNotContain(next.Bench.Files.ListFiles(LogBench.Folder), static name => name.EndsWith(".tmp", StringComparison.Ordinal));
        }

        Assert.Superset(new HashSet<string> { "hint.written", "hint.renamed" }, points);
    }

    [Fact]
    public void A_hint_that_cannot_be_written_stops_the_shard()
    {
        using var bench = HintBench.Filled(7, commit: false);
        bench.Bench.Files.Fault = static operation => operation.Path.Contains(".hint", StringComparison.Ordinal) && operation.Name == "write"
            ? new StorageFailedException(StorageFailure.NoSpace, "write", operation.Path, 28)
            : null;
        bench.Store.AdvanceCommit(bench.Store.LastLsn);
        bench.Idle();
        Assert.Empty(bench.HintFiles);
        Assert.Null(bench.Store.Log.Failure);
        bench.Append(new Random(1));
        bench.Flush();
        Assert.Equal(bench.Store.LastLsn, bench.Store.FlushedLsn);
    }

    [Fact]
    public void A_released_segment_leaves_its_hint()
    {
        using var bench = HintBench.Filled(8).Idle();
        var before = bench.HintFiles;
        Exception? failure = new InvalidOperationException("not called");
        bench.Store.Log.ReleaseBelow(bench.Store.LastLsn, error => failure = error);
        bench.Bench.Scheduler.RunAll();
        Assert.Null(failure);
        Assert.Single(bench.SealedSegments);
        Assert.Equal(before[^1..], bench.HintFiles);
    }

    [Fact]
    public void A_log_that_misses_a_file_opens_from_hints()
    {
        using var bench = HintBench.Filled(9).Idle();
        bench.Close();
        using var next = bench.Restart();
        next.Bench.Files.Delete(next.Bench.PathOf(next.SealedSegments[2]));
        Assert.Throws<WalCorruptException>(() => next.Open());
        Assert.Throws<WalCorruptException>(() => next.Open());
    }

    private static void AssertReadable(HintBench bench)
    {
        using var reader = bench.Store.ReadCommitted(bench.Store.FirstLsn - 1);
        for (var lsn = bench.Store.FirstLsn; lsn <= bench.Store.CommitLsn; lsn = lsn.Next)
        {
            Assert.True(reader.MoveNext());
            Assert.Equal(lsn, reader.Current.Lsn);
        }
    }

    private static Func<int> CountReads(HintBench bench, string suffix)
    {
        var count = 0;
        bench.Bench.Files.Fault = operation =>
        {
            count += operation.Name == "read" && operation.Path.EndsWith(suffix, StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        return () => count;
    }

    private static SealedSegment Known(HintBench bench, SegmentName segment)
    {
        var bytes = bench.Bench.Files.ReadAll(bench.Bench.PathOf(segment.ToString()));
        Assert.True(SegmentHeader.TryRead(bytes, out var header));
        return new SealedSegment(segment, header, 1, bytes.Length);
    }
}

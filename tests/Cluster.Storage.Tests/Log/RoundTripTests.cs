using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class RoundTripTests
{
    [Fact]
    public void What_was_flushed_is_replayed_after_a_clean_close_a_kill_and_a_power_loss()
    {
        var bench = new LogBench().Open().AppendFlushed(100);
        Assert.Equal(new Lsn(100), bench.Flushed);
        Assert.Null(bench.Close());
        for (var round = 0; round < 3; round++)
        {
            bench = bench.Restart(round, powerLoss: round == 2).Open();
            AssertNumbered(bench, 100 + (round * 10));
            bench.AppendFlushed(10);
        }
    }

    [Fact]
    public void A_restart_goes_on_with_digest_term_and_timeline()
    {
        var bench = new LogBench().Open().AppendFlushed(7);
        bench.Term = new Term(5);
        bench.AppendFlushed(90);
        var digest = bench.Log.Digest;
        bench = bench.Restart(1, powerLoss: true).Open();
        Assert.Equal(digest, bench.Log.Digest);
        Assert.Equal(new Term(5), bench.Log.LastTerm);
        Assert.Equal(new Term(1), bench.Log.Terms.TermAt(new Lsn(7)));
        Assert.Equal(new Term(5), bench.Log.Terms.TermAt(new Lsn(8)));
    }

    [Fact]
    public void Readers_get_the_same_bytes_and_digests_from_memory_and_from_disk()
    {
        var bench = new LogBench { BufferBytes = 8 << 20 }.Open();
        for (var i = 0; i < 60; i++)
            bench.AppendFlushed(1 + (i % 7), 10 + (i * 13 % 200));
        var last = bench.Log.LastLsn;
        for (var after = Lsn.None; after < last; after = after.Next)
        {
            foreach (var budget in new[] { 1, 300, 5000, 1 << 20 })
            {
                Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(after, budget, out var disk));
                Assert.Equal(LogReadOutcome.Records, bench.Log.TryRead(after, budget, out var memory));
                Assert.Equal(after.Next, disk!.First);
                Assert.Equal(after.Next, memory!.First);
                // A segment's end may end the slice from disk earlier; then both agree up to there.
                Assert.True(disk.Last <= memory.Last);
                if (disk.Last == memory.Last)
                {
                    Assert.Equal(memory.Digest, disk.Digest);
                    Assert.Equal(Bytes(memory), Bytes(disk));
                }

                disk.Dispose();
                memory.Dispose();
            }
        }

        Assert.Equal(LogReadOutcome.AtEnd, bench.Log.TryRead(last, 100, out _));
        Assert.Equal(LogReadOutcome.AtEnd, bench.Log.ReadFromDisk(last, 100, out _));
    }

    [Fact]
    public void A_replica_that_appends_the_encoded_bytes_ends_with_the_same_digest()
    {
        var leader = new LogBench(1).Open();
        for (var i = 0; i < 50; i++)
            leader.AppendFlushed(3, i * 5);
        var replica = new LogBench(2).Open();
        while (replica.Log.LastLsn < leader.Log.LastLsn)
        {
            Assert.Equal(LogReadOutcome.Records, leader.Log.ReadFromDisk(replica.Log.LastLsn, 700, out var slice));
            replica.Log.AppendEncoded(Bytes(slice!), slice!.Digest, replica);
            slice.Dispose();
            replica.Flush();
        }

        Assert.Equal(leader.Log.Digest, replica.Log.Digest);
        Assert.Equal(150, replica.Replayed.Count);
        replica = replica.Restart(3, powerLoss: true).Open();
        Assert.Equal(leader.Log.Digest, replica.Log.Digest);
    }

    [Fact]
    public void A_record_is_found_by_its_location_in_memory_in_its_file_and_after_a_restart()
    {
        var bench = new LogBench { BufferBytes = 64 << 10 }.Open();
        var locations = new List<RecordLocation>();
        for (var i = 0; i < 2000; i++)
        {
            var payload = LogBench.Payload(i + 1, 1, 100);
            payload.CopyTo(bench.Log.Append(RecordKind.Keys, bench.Term, 0, new SessionStamp(Guid.NewGuid(), i), payload.Length));
            bench.Log.Commit(out var location);
            locations.Add(location);
            if (i % 9 == 0)
                bench.Flush();
        }

        CheckLocations(bench, locations);
        Assert.False(bench.Log.TryReadFromBuffer(locations[0], 0, new byte[4]));
        bench.Flush();
        CheckLocations(bench, locations);
        bench = bench.Restart(1, powerLoss: true).Open();
        CheckLocations(bench, [.. bench.Replayed.Select(record => record.Location)]);
    }

    internal static void AssertNumbered(LogBench bench, int count)
    {
        Assert.Equal(new Lsn(count), bench.Log.LastLsn);
        Assert.Equal(count, bench.Replayed.Count);
        for (var i = 0; i < count; i++)
        {
            var (lsn, term, payload, _) = bench.Replayed[i];
            Assert.Equal(i + 1, lsn.Value);
            Assert.Equal(LogBench.Payload(lsn.Value, term.Value, payload.Length), payload);
        }
    }

    internal static byte[] Bytes(LogSlice slice)
    {
        var bytes = new byte[slice.Length];
        slice.CopyTo(bytes);
        return bytes;
    }

    private static void CheckLocations(LogBench bench, List<RecordLocation> locations)
    {
        var bytes = new byte[100];
        for (var i = 0; i < locations.Count; i++)
        {
            Assert.True(bench.Log.TryReadAt(locations[i], locations[i].Length - 100, bytes));
            Assert.Equal(LogBench.Payload(i + 1, 1, 100), bytes);
        }
    }
}

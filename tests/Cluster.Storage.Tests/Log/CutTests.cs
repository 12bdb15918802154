using Cluster.Storage.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class CutTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(27)]
    [InlineData(49)]
    [InlineData(59)]
    public void A_cut_leaves_a_trace_in_log_readers_digest_or_timeline(int keep)
    {
        var twin = new LogBench(9).Open();
        for (var i = 0; i < keep; i++)
            twin.AppendFlushed(1);
        var bench = Filled();
        Assert.Null(bench.Cut(new Lsn(keep)));
        Assert.Equal(new Lsn(keep), bench.Log.LastLsn);
        Assert.Equal(new Lsn(keep), bench.Log.FlushedLsn);
        Assert.Equal(twin.Log.Digest, bench.Log.Digest);
        Assert.Equal(LogReadOutcome.AtEnd, bench.Log.TryRead(new Lsn(keep), 1000, out _));
        Assert.Equal(LogReadOutcome.AtEnd, bench.Log.ReadFromDisk(new Lsn(keep), 1000, out _));

        bench.Term = new Term(7);
        bench.AppendFlushed(20);
        Assert.Equal(new Term(7), bench.Log.Terms.TermAt(new Lsn(keep + 1)));
        var next = bench.Restart(1, powerLoss: true).Open();
        RoundTripTests.AssertNumbered(next, keep + 20);
        Assert.Equal(bench.Log.Digest, next.Log.Digest);
        Assert.All(next.Replayed, record => Assert.Equal(record.Lsn.Value > keep ? 7 : 1, record.Term.Value));
    }

    /// <summary>A deposed leader that was stopped for a while appends one record more before it learns of its successor, whose first record is older than that.</summary>
    [Fact]
    public void A_log_that_was_cut_takes_records_that_are_older_than_what_was_cut()
    {
        var successor = Filled();
        var deposed = Filled();
        successor.Term = new Term(7);
        successor.AppendFlushed(3);
        deposed.Log.Append(RecordKind.Keys, deposed.Term, 1_000_000, SessionStamp.None, 10).Clear();
        deposed.Log.Commit(out _);
        deposed.Flush();
        Assert.Null(deposed.Cut(new Lsn(60)));
        Assert.Equal(LogReadOutcome.Records, successor.Log.TryRead(new Lsn(60), 1 << 20, out var slice));
        using (slice)
            deposed.Log.AppendEncoded(RoundTripTests.Bytes(slice!), slice!.Digest, deposed);
        Assert.Equal(successor.Log.Digest, deposed.Log.Digest);
    }

    [Fact]
    public void A_cut_tail_is_gone_for_good()
    {
        var bench = Filled();
        Assert.Null(bench.Cut(new Lsn(25)));
        var tail = Assert.Single(bench.Events.Tails);
        Assert.Contains("cut-000000000000001a-000000000000003c", tail, StringComparison.Ordinal);
        using var file = bench.Files.Open(tail, Files.FileOpening.Read);
        Span<byte> head = stackalloc byte[SegmentHeader.Bytes];
        file.Read(0, head);
        Assert.True(SegmentHeader.TryRead(head, out var header));
        Assert.Equal(new Lsn(26), header.First);
        using var scanner = new BatchScanner(file, header);
        while (scanner.TryNext(out _, out _))
        {
        }

        Assert.Null(scanner.Damage);
        Assert.Equal(new Lsn(61), scanner.NextLsn);
    }

    [Fact]
    public void Locations_of_records_before_the_cut_move()
    {
        var bench = Filled();
        bench = bench.Restart(1, powerLoss: false).Open();
        var locations = bench.Replayed.Select(record => record.Location).ToList();
        Assert.Null(bench.Cut(new Lsn(26)));
        var payload = new byte[40];
        for (var i = 0; i < 26; i++)
        {
            Assert.True(bench.Log.TryReadAt(locations[i], RecordFormat.HeaderBytes, payload));
            Assert.Equal(LogBench.Payload(i + 1, 1, 40), payload);
        }

        for (var i = 26; i < 60; i++)
            Assert.False(bench.Log.TryReadAt(locations[i], RecordFormat.HeaderBytes, payload));
    }

    [Fact]
    public void A_cut_goes_below_the_commit()
    {
        var bench = Filled();
        bench.Log.SetCommitLsn(new Lsn(30));
        Assert.Throws<InvariantViolatedException>(() => bench.Log.CutAfter(new Lsn(29), _ => { }));
        Assert.Null(bench.Cut(new Lsn(30)));
    }

    [Fact]
    public void Records_that_were_never_flushed_survive_a_cut()
    {
        var bench = new LogBench().Open().AppendFlushed(3);
        bench.AppendNumbered();
        bench.AppendNumbered();
        Assert.Null(bench.Cut(new Lsn(4)));
        Assert.Equal(new Lsn(4), bench.Log.LastLsn);
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), 4);
    }

    [Fact]
    public void A_slice_that_is_still_held_loses_its_bytes_to_a_cut()
    {
        var bench = Filled();
        Assert.Equal(LogReadOutcome.Records, bench.Log.TryRead(new Lsn(58), 1000, out var slice));
        var before = RoundTripTests.Bytes(slice!);
        Assert.Null(bench.Cut(new Lsn(10)));
        bench.AppendFlushed(40);
        Assert.Equal(before, RoundTripTests.Bytes(slice!));
        slice!.Dispose();
    }

    [Fact]
    public void A_crash_at_any_call_of_a_cut_leaves_something_else_than_the_old_or_the_new_log()
    {
        for (var keep = 20; keep < 34; keep++)
        {
            for (var call = 0; ; call++)
            {
                var bench = Filled();
                bench.Files.CrashAfter = call;
                bench.Log.CutAfter(new Lsn(keep), _ => { });
                bench.Scheduler.RunAll();
                if (!bench.Files.IsHalted)
                    break;
                for (var seed = 0; seed < 3; seed++)
                {
                    var next = bench.Restart((call * 7) + seed, powerLoss: true).Open();
                    Assert.InRange(next.Log.LastLsn.Value, keep, 60);
                    for (var i = 0; i < next.Replayed.Count; i++)
                        Assert.Equal(LogBench.Payload(i + 1, 1, 40), next.Replayed[i].Payload);
                    Assert.False(next.Files.FileExists(next.PathOf(CutIntent.FileName)));
                    next.AppendFlushed(3);
                    Assert.Null(next.Cut(new Lsn(keep)));
                    Assert.Null(next.Close());
                }
            }
        }
    }

    [Fact]
    public void A_released_segment_takes_the_timeline_or_the_digest_with_it()
    {
        var bench = Filled();
        bench.Term = new Term(3);
        bench.AppendFlushed(40);
        var digest = bench.Log.Digest;
        Assert.Null(bench.Wait(done => bench.Log.ReleaseBelow(new Lsn(50), done)));
        var first = bench.Log.FirstLsn;
        Assert.InRange(first.Value, 2, 50);
        Assert.Equal(LogReadOutcome.Released, bench.Log.ReadFromDisk(Lsn.None, 100, out _));
        var next = bench.Restart(1, powerLoss: true).Open();
        Assert.Equal(first, next.Log.FirstLsn);
        Assert.Equal(digest, next.Log.Digest);
        Assert.Equal(new Term(1), next.Log.Terms.TermAt(first));
        Assert.Equal(100 - first.Value + 1, next.Replayed.Count);
    }

    /// <summary>60 records in batches of 1 to 5, several sealed segments.</summary>
    private static LogBench Filled()
    {
        var bench = new LogBench { SegmentBytes = 1500, BufferBytes = 1 << 20 }.Open();
        for (var i = 1; bench.Log.LastLsn.Value < 60; i++)
            bench.AppendFlushed((int)Math.Min(1 + (i * 3 % 5), 60 - bench.Log.LastLsn.Value));
        return bench;
    }
}

using Cluster.Storage.Keys;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

/// <summary>Values that are read in parts, from memory and from the file.</summary>
public sealed class ValueStreamTests
{
    private const int Large = 3 << 20;

    [Fact]
    public void A_part_of_a_value_is_another_part_or_reads_the_whole()
    {
        using var bench = Filled(out var value);
        var lookup = bench.Store.Find("large"u8);
        Assert.Equal(Large, lookup.ValueLength(5));
        long read = 0;
        bench.Bench.Files.Fault = operation =>
        {
            read += operation.Name == "read" && operation.Path.EndsWith(".seg", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        var random = new Random(5);
        var part = new byte[5000];
        for (var i = 0; i < 200; i++)
        {
            var offset = random.Next(Large + 100);
            var length = random.Next(part.Length + 1);
            Assert.Equal(ValueReadOutcome.Copied, bench.Store.ReadRangeFromDisk(lookup.Location, "large"u8, offset, part.AsSpan(0, length), out var copied));
            Assert.Equal(Math.Clamp(Large - offset, 0, length), copied);
            Assert.True(value.AsSpan(Math.Min(offset, Large), copied).SequenceEqual(part.AsSpan(0, copied)));
        }

        Assert.InRange(read, 1, 2 * 200);
        Assert.Equal(ValueReadOutcome.NotInMemory, bench.Store.ReadRangeFromMemory(lookup.Location, "large"u8, 0, part, out _));
        Assert.Equal(ValueReadOutcome.AnotherKey, bench.Store.ReadRangeFromDisk(lookup.Location, "other"u8, 0, part, out _));
        Assert.Equal(ValueReadOutcome.AnotherKey, bench.Store.OpenValue(lookup.Location, "other"u8, out var none));
        Assert.Null(none);
        Assert.Equal(ValueReadOutcome.Expired, bench.Store.OpenValue(lookup.Location, "large"u8, out none, now: 1000));
        Assert.Null(none);
    }

    [Fact]
    public void A_value_that_is_superseded_and_released_while_it_is_copied_is_lost_halfway()
    {
        using var bench = Filled(out var value);
        Assert.Equal(ValueReadOutcome.Copied, bench.Store.OpenValue(bench.Store.Find("large"u8).Location, "large"u8, out var stream));
        using (stream)
        {
            Assert.Equal(Large, stream!.Length);
            var piece = new byte[64 << 10];
            var copied = 0;
            for (; copied < Large / 2; copied += piece.Length)
                AssertPiece(stream, piece, copied, value);

            // Its segment is unlinked: the stream has it still.
            bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, "large"u8, "new"u8);
            bench.Flush();
            bench.Store.AdvanceCommit(bench.Store.LastLsn);
            var before = bench.SealedSegments.Length;
            Exception? failure = new InvalidOperationException("not called");
            bench.Store.Log.ReleaseBelow(bench.Store.CommitLsn, error => failure = error);
            bench.Bench.Scheduler.RunAll();
            Assert.Null(failure);
            Assert.True(bench.SealedSegments.Length < before);
            while (copied < Large)
                copied += AssertPiece(stream, piece, copied, value);
            Assert.Equal(0, stream.Read(Large, piece));
        }
    }

    [Fact]
    public void A_copy_allocates_what_the_value_is_long()
    {
        using var bench = Filled(out _);
        var location = bench.Store.Find("large"u8).Location;
        var piece = new byte[64 << 10];
        var allocated = Allocations.During(() =>
        {
            bench.Store.OpenValue(location, "large"u8, out var stream);
            for (var copied = 0; copied < stream!.Length;)
                copied += stream.Read(copied, piece);
            stream.Dispose();
        });
        Assert.True(allocated < 100_000, $"{allocated} bytes for a value of {Large}");
    }

    [Fact]
    public void An_uncommitted_value_that_is_cut_while_it_is_copied_goes_on_as_other_bytes()
    {
        using var bench = Filled(out _);
        bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, "pending"u8, new byte[Large]);
        bench.Flush();
        Assert.Equal(ValueReadOutcome.Copied, bench.Store.OpenValue(bench.Store.Find("pending"u8).Location, "pending"u8, out var stream));
        using (stream)
        {
            var piece = new byte[1000];
            Assert.Equal(1000, stream!.Read(0, piece));
            bench.Store.CutAfter(bench.Store.CommitLsn, static _ => { });
            bench.Flush();
            var other = new byte[Large];
            Array.Fill(other, (byte)7);
            bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, "pending"u8, other);
            bench.Flush();
            try
            {
                // A file that was unlinked as a whole is still held; one that was truncated says so.
                Assert.Equal(1000, stream.Read(1000, piece));
                Assert.DoesNotContain((byte)7, piece);
            }
            catch (ValueGoneException)
            {
            }
        }
    }

    private static int AssertPiece(ValueStream stream, byte[] piece, int offset, byte[] value)
    {
        var count = stream.Read(offset, piece);
        Assert.True(value.AsSpan(offset, count).SequenceEqual(piece.AsSpan(0, count)));
        return count;
    }

    /// <summary>A large value in the oldest segment, out of the log's buffer.</summary>
    private static HintBench Filled(out byte[] value)
    {
        var bench = new HintBench(new LogBench(1) { SegmentBytes = 6000 }).Open();
        value = new byte[Large];
        new Random(3).NextBytes(value);
        Assert.True(bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, "large"u8, value, expiresAt: 1000).Appended);
        bench.Flush();
        for (var i = 0; i < 60; i++)
        {
            bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, BitConverter.GetBytes(i), new byte[1000]);
            bench.Flush();
        }

        bench.Store.AdvanceCommit(bench.Store.LastLsn);
        bench.Close();
        return bench.Restart().Open();
    }
}

using Cluster.Storage.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

/// <summary>Rule S2 in all its variants: what was once synced is never dropped in silence, what was not is never an obstacle.</summary>
public sealed class TornTailOrCorruptionTests
{
    private const string Active = "wal-0000000000000001.open";

    [Fact]
    public void A_flipped_bit_in_the_middle_silently_drops_the_acknowledged_records_behind_it()
    {
        var bench = Large().AppendFlushed(5);
        var offset = bench.Files.ReadAll(bench.PathOf(Active)).AsSpan().LastIndexOf("CLB1"u8);
        bench.AppendFlushed(5).AppendFlushed(5);
        bench.Files.FlipBit(bench.PathOf(Active), (offset + 70) * 8);
        // The stored synced LSN is still that of the opening: only the later batch proves that LSN 1 to 5 were synced.
        var error = Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
        Assert.Equal(bench.PathOf(Active), error.Path);
        Assert.Equal(offset, error.Offset);
        Assert.Equal(new Lsn(1), error.Lsn);
        Assert.Contains("written after it was synced", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_in_the_last_batch_is_taken_for_a_torn_tail_although_its_sync_was_stored()
    {
        var bench = Large().AppendFlushed(5);
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        bench.Scheduler.RunAll();
        bench.Files.FlipBit(bench.PathOf(Active), 200 * 8);
        var error = Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
        Assert.Contains("LSN 5 was synced", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_in_the_last_batch_that_nothing_proves_synced_stops_the_shard()
    {
        var bench = Large().AppendFlushed(5);
        var end = WrittenEnd(bench);
        bench.AppendFlushed(3);
        bench.Files.FlipBit(bench.PathOf(Active), (end + 100) * 8);
        bench = bench.Restart(1, powerLoss: false).Open();
        Assert.Equal(new Lsn(5), bench.Log.LastLsn);
        Assert.Equal(new Lsn(6), bench.Log.Recovery.TornFrom);
        Assert.Equal([new Lsn(6)], bench.Events.TornFrom);
        bench.AppendFlushed(2);
        RoundTripTests.AssertNumbered(bench.Restart(2, powerLoss: true).Open(), 7);
    }

    [Fact]
    public void A_valid_looking_frame_behind_a_lost_one_survives_the_torn_tail()
    {
        var bench = Large().AppendFlushed(5);
        var firstLost = WrittenEnd(bench);
        // Two batches written, none synced; the power fails and only the second one's sectors reached the disk.
        foreach (var _ in new[] { 1, 2 })
        {
            bench.AppendNumbered(600);
            bench.Log.RequestFlush();
            bench.Scheduler.Write();
        }

        foreach (var bit in new[] { 0, 100, 333 })
            bench.Files.FlipBit(bench.PathOf(Active), (firstLost * 8L) + bit);
        bench = bench.Restart(1, powerLoss: false).Open();
        Assert.Equal(new Lsn(5), bench.Log.LastLsn);
        Assert.Single(bench.Events.TornFrom);

        // And it must not come back behind records that are written in its place now.
        bench.AppendFlushed(1, 600);
        RoundTripTests.AssertNumbered(bench.Restart(2, powerLoss: false).Open(), 6);
    }

    [Fact]
    public void Damage_in_a_sealed_segment_cuts_the_segments_behind_it()
    {
        var bench = Small();
        Assert.True(bench.SegmentFiles.Count > 3);
        var victim = bench.PathOf(bench.SegmentFiles[1]);
        bench.Files.FlipBit(victim, 300 * 8);
        var error = Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
        Assert.Equal(victim, error.Path);
    }

    [Fact]
    public void A_missing_segment_in_the_middle_goes_unnoticed()
    {
        var bench = Small();
        bench.Files.Delete(bench.PathOf(bench.SegmentFiles[1]));
        Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
    }

    [Fact]
    public void A_missing_newest_segment_goes_unnoticed()
    {
        var bench = Small();
        Assert.Null(bench.Close());
        bench.Files.Delete(bench.PathOf(bench.SegmentFiles[^1]));
        Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
    }

    [Fact]
    public void A_log_without_any_of_its_segments_opens_as_a_new_one()
    {
        var bench = Small();
        foreach (var name in bench.SegmentFiles)
            bench.Files.Delete(bench.PathOf(name));
        Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
    }

    [Fact]
    public void A_segment_shortened_to_a_batch_border_passes_for_a_shorter_log()
    {
        var bench = Small();
        var victim = bench.PathOf(bench.SegmentFiles[0]);
        using (var file = bench.Files.Open(victim, Files.FileOpening.Write))
            file.Truncate(SegmentHeader.Bytes);
        Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
    }

    [Fact]
    public void A_segment_that_holds_another_ones_bytes_passes()
    {
        var bench = Small();
        var (first, second) = (bench.PathOf(bench.SegmentFiles[0]), bench.PathOf(bench.SegmentFiles[1]));
        var content = bench.Files.ReadAll(first);
        using (var file = bench.Files.Open(second, Files.FileOpening.Replace))
            file.Write(0, content);
        Assert.Throws<WalCorruptException>(() => bench.Restart(1, powerLoss: false).Open());
    }

    [Fact]
    public void Frames_of_another_segment_in_reused_space_are_read_as_records()
    {
        // The batch that would come next, taken from a twin whose segment has another id.
        var twin = new LogBench(77) { SegmentBytes = 1 << 20 }.Open().AppendFlushed(5);
        var end = WrittenEnd(twin);
        twin.AppendFlushed(5);
        var foreign = twin.Files.ReadAll(twin.PathOf(Active))[end..];
        var bench = Large().AppendFlushed(5);
        Assert.Equal(end, WrittenEnd(bench));
        using (var file = bench.Files.Open(bench.PathOf(Active), Files.FileOpening.Write))
            file.Write(end, foreign);
        bench = bench.Restart(1, powerLoss: false).Open();
        Assert.Equal(new Lsn(5), bench.Log.LastLsn);
    }

    [Fact]
    public void A_corrupt_log_is_changed_by_the_attempt_to_open_it()
    {
        var bench = Small();
        bench.Files.FlipBit(bench.PathOf(bench.SegmentFiles[1]), 300 * 8);
        var before = Content(bench);
        var next = bench.Restart(1, powerLoss: false);
        Assert.Throws<WalCorruptException>(() => next.Open());
        Assert.Equal(before, Content(next));
    }

    [Fact]
    public void An_unknown_kind_of_record_is_skipped()
    {
        var bench = Large();
        bench.Log.Append((RecordKind)99, bench.Term, 0, SessionStamp.None, 10).Clear();
        bench.Log.Commit(out _);
        bench.Flush();
        var error = Assert.Throws<InvalidRecordException>(() => bench.Restart(1, powerLoss: false).Open());
        Assert.Contains("kind 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_this_process_has_not_synced_count_as_flushed()
    {
        var bench = Large().AppendFlushed(5);
        bench.AppendNumbered();
        bench.Log.RequestFlush();
        bench.Scheduler.Write();
        var next = bench.Restart(1, powerLoss: false);
        var syncs = 0;
        next.Files.Fault = operation =>
        {
            syncs += operation.Name == "sync" && operation.Path.EndsWith("doubtful-copy.tmp", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        next.Open();
        Assert.Equal(new Lsn(6), next.Log.FlushedLsn);
        Assert.NotEqual(0, syncs);
        RoundTripTests.AssertNumbered(next.Restart(2, powerLoss: true).Open(), 6);
    }

    [Fact]
    public void Every_single_bit_flip_in_a_cleanly_closed_log_is_found()
    {
        var bench = new LogBench { SegmentBytes = 900 }.Open();
        for (var i = 0; i < 12; i++)
            bench.AppendFlushed(1 + (i % 3), 20 + i);
        var expected = bench.Log.LastLsn;
        Assert.Null(bench.Close());
        var random = new Random(5);
        var missed = new List<string>();
        foreach (var name in bench.Files.ListFiles(LogBench.Folder))
        {
            var bits = bench.Files.ReadAll(bench.PathOf(name)).Length * 8L;
            var step = name == ShardStateFile.FileName ? 97 : 3;
            for (long bit = 0; bit < bits; bit += step + random.Next(3))
            {
                var copy = bench.Restart(1, powerLoss: false);
                bench = copy;
                copy.Files.FlipBit(copy.PathOf(name), bit);
                try
                {
                    copy.Open();
                    if (copy.Log.LastLsn != expected || copy.Replayed.Count != expected.Value)
                        missed.Add($"{name} bit {bit}: {copy.Log.LastLsn}");
                    for (var i = 0; i < copy.Replayed.Count; i++)
                    {
                        var (lsn, term, payload, _) = copy.Replayed[i];
                        if (!payload.AsSpan().SequenceEqual(LogBench.Payload(lsn.Value, term.Value, payload.Length)))
                            missed.Add($"{name} bit {bit}: LSN {lsn} differs");
                    }
                }
                catch (StorageException)
                {
                    copy.Files.FlipBit(copy.PathOf(name), bit);
                    continue;
                }

                // It opened: the flip was in one place of the state file, or in zeros behind the end, which the opening cut away.
                Assert.Null(copy.Close());
                if (name == ShardStateFile.FileName)
                    continue;
                if (bit < copy.Files.ReadAll(copy.PathOf(name)).Length * 8L)
                    missed.Add($"{name} bit {bit}");
            }
        }

        Assert.Empty(missed);
    }

    private static LogBench Large() => new LogBench { SegmentBytes = 1 << 20 }.Open();

    private static LogBench Small()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open();
        for (var i = 0; i < 30; i++)
            bench.AppendFlushed(2);
        return bench;
    }

    private static int WrittenEnd(LogBench bench)
    {
        var bytes = bench.Files.ReadAll(bench.PathOf(Active));
        return bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
    }

    private static List<string> Content(LogBench bench) =>
        [.. bench.Files.ListFiles(LogBench.Folder).Order().Select(name => name + ":" + Convert.ToHexString(bench.Files.ReadAll(bench.PathOf(name))))];
}

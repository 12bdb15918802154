using System.Buffers;
using Cluster.Storage.Sessions;
using Xunit;

namespace Cluster.Storage.Tests.Sessions;

public sealed class SessionTests
{
    private const long Start = 1_700_000_000_000_000;
    private static readonly Guid A = SessionId.Create(Start, 1);
    private static readonly Guid B = SessionId.Create(Start + 5, 2);

    private readonly ShardSessions _sessions = new(new SessionTable());
    private long _lsn;

    [Fact]
    public void A_session_id_carries_its_birth() => Assert.Equal(Start + 5, SessionId.BirthOf(B));

    /// <summary>docs/guarantees.md promises these numbers to clients.</summary>
    [Fact]
    public void What_a_shard_keeps_of_sessions_is_another_amount_than_documented()
    {
        Assert.Equal((64, 256, 2_048), (SessionLimits.Window, SessionLimits.ReplyBytesMax, SessionLimits.SequenceBytesMax));
        Assert.Equal((600_000_000L, 32L << 20), (SessionLimits.IdleMicros, SessionLimits.BytesMax));
    }

    [Fact]
    public void A_retried_write_is_answered_as_the_first_time_and_not_applied()
    {
        Append(A, 1, "+OK");
        Assert.Equal((SessionVerdict.Repeat, 1L, "+OK"), Judge(A, 1)); // Not committed yet: the answer waits for LSN 1.
        _sessions.CommitThrough(new Lsn(1));
        Assert.Equal((SessionVerdict.Repeat, 1L, "+OK"), Judge(A, 1));
        Assert.Equal(SessionVerdict.Append, Judge(A, 2).Verdict);
    }

    [Fact]
    public void A_sequence_that_leaves_one_out_is_refused()
    {
        Assert.Equal(SessionVerdict.Gap, Judge(A, 2).Verdict);
        Append(A, 1, "1");
        Assert.Equal(SessionVerdict.Gap, Judge(A, 3).Verdict);
        Assert.Equal(SessionVerdict.Gap, Judge(A, 0).Verdict);
    }

    [Fact]
    public void A_write_that_was_cut_is_the_next_one_again()
    {
        Append(A, 1, "1");
        Append(A, 2, "2");
        _sessions.CommitThrough(new Lsn(1));
        _sessions.CutAfter(new Lsn(1));
        Assert.Equal(SessionVerdict.Append, Judge(A, 2).Verdict);
        Assert.Equal("1", Judge(A, 1).Reply);
        Assert.Equal(0, _sessions.PendingCount);
    }

    [Fact]
    public void A_reply_behind_the_window_is_unknown_and_never_applied_again()
    {
        for (int i = 1; i <= SessionLimits.Window + 1; i++)
            Append(A, i, i.ToString());
        _sessions.CommitThrough(new Lsn(_lsn));
        Assert.Equal(SessionVerdict.Unknown, Judge(A, 1).Verdict);
        Assert.Equal("2", Judge(A, 2).Reply);
        Assert.Equal("65", Judge(A, 65).Reply);
    }

    [Fact]
    public void A_reply_that_is_too_long_is_not_kept_but_the_write_is()
    {
        Append(A, 1, new string('x', SessionLimits.ReplyBytesMax + 1));
        Assert.Equal((SessionVerdict.Repeat, 1L, null), Judge(A, 1));
        _sessions.CommitThrough(new Lsn(1));
        Assert.Equal((SessionVerdict.Repeat, 1L, null), Judge(A, 1));
        Append(A, 2, new string('y', SessionLimits.ReplyBytesMax));
        _sessions.CommitThrough(new Lsn(2));
        Assert.Equal(SessionLimits.ReplyBytesMax, Judge(A, 2).Reply!.Length);
    }

    [Fact]
    public void An_evicted_session_is_unknown_and_a_younger_one_begins()
    {
        Append(A, 1, "1");
        Append(B, 1, "1", Start + SessionLimits.IdleMicros + 1);
        _sessions.CommitThrough(new Lsn(_lsn));
        Assert.Equal(1, _sessions.Committed.Count);
        Assert.Equal(SessionVerdict.Unknown, Judge(A, 1).Verdict);
        Assert.Equal(SessionVerdict.Unknown, Judge(A, 2).Verdict);
        Assert.Equal(SessionVerdict.Unknown, Judge(SessionId.Create(Start, 99), 1).Verdict);
        Assert.Equal(SessionVerdict.Append, Judge(SessionId.Create(Start + 1, 99), 1).Verdict);
    }

    [Fact]
    public void A_session_is_not_evicted_by_its_own_return_after_a_long_time()
    {
        Append(A, 1, "1");
        Append(A, 2, "2", Start + 10 * SessionLimits.IdleMicros);
        _sessions.CommitThrough(new Lsn(_lsn));
        Assert.Equal("1", Judge(A, 1).Reply);
    }

    [Fact]
    public void Full_memory_drops_the_session_that_wrote_longest_ago()
    {
        var table = new SessionTable(bytesMax: 2_000);
        for (int i = 1; i <= 100; i++)
        {
            table.Apply(new Lsn(i), Start + i, new SessionStamp(SessionId.Create(Start + i, (ulong)i), 1), "reply"u8);
            Assert.True(table.Bytes <= 2_000);
        }

        Assert.InRange(table.Count, 5, 20);
        Assert.Equal(Start + 100 - table.Count, table.EvictedThrough);
    }

    [Fact]
    public void A_write_under_way_while_its_session_is_evicted_is_still_known_afterwards()
    {
        var sessions = new ShardSessions(new SessionTable(bytesMax: 1));
        var stamp = new SessionStamp(A, 1);
        sessions.Appended(new Lsn(1), Start, stamp, "1"u8);
        sessions.CommitThrough(new Lsn(1));
        sessions.Appended(new Lsn(2), Start, new SessionStamp(B, 1), "b"u8);
        sessions.Appended(new Lsn(3), Start, new SessionStamp(A, 2), "2"u8);
        sessions.CommitThrough(new Lsn(3));
        Assert.Equal(SessionVerdict.Repeat, sessions.Judge(new SessionStamp(A, 2), out _, out _, out _));
        Assert.Equal(SessionVerdict.Unknown, sessions.Judge(stamp, out _, out _, out _));
        Assert.Equal(SessionVerdict.Append, sessions.Judge(new SessionStamp(A, 3), out _, out _, out _));
    }

    [Fact]
    public void Replaying_records_over_a_table_that_holds_them_changes_nothing()
    {
        var random = new Random(11);
        var table = new SessionTable();
        var records = Records(random, 500);
        foreach (var (lsn, time, stamp, reply) in records)
            table.Apply(lsn, time, stamp, reply);
        SessionTable restored = SessionTableCodec.Read(Encoded(table));
        foreach (var (lsn, time, stamp, reply) in records[200..])
            restored.Apply(lsn, time, stamp, reply);
        Assert.Equal(Encoded(table), Encoded(restored));
    }

    [Fact]
    public void Two_replicas_have_the_same_bytes_whatever_was_cut_and_restored_in_between()
    {
        var random = new Random(5);
        var records = Records(random, 2_000);
        var plain = new SessionTable();
        var other = new ShardSessions(new SessionTable());
        int appended = 0, committed = 0;
        while (committed < records.Length)
        {
            int more = Math.Min(records.Length, appended + random.Next(1, 20));
            for (; appended < more; appended++)
                other.Appended(records[appended].Lsn, records[appended].Time, records[appended].Stamp, records[appended].Reply);
            if (random.Next(3) == 0)
            {
                appended = random.Next(committed, appended + 1);
                other.CutAfter(new Lsn(appended));
            }

            committed = random.Next(committed, appended + 1);
            other.CommitThrough(new Lsn(committed));
            if (random.Next(10) == 0)
            {
                // Restarted from a snapshot: the rest comes from the log again.
                other = new ShardSessions(SessionTableCodec.Read(Encoded(other.Committed)));
                appended = committed;
            }
        }

        foreach (var (lsn, time, stamp, reply) in records)
            plain.Apply(lsn, time, stamp, reply);
        Assert.Equal(Encoded(plain), Encoded(other.Committed));
    }

    [Fact]
    public void The_bytes_are_those_of_the_golden_file()
    {
        var table = new SessionTable();
        table.Apply(new Lsn(3), Start, new SessionStamp(A, 1), "+OK"u8);
        table.Apply(new Lsn(4), Start + 1, new SessionStamp(B, 1), ":17"u8);
        table.Apply(new Lsn(9), Start + 2, new SessionStamp(A, 2), new byte[300]);
        table.Skip(new Lsn(12));
        byte[] golden = Golden("session-table-v2");
        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(Encoded(table)));
        Assert.Equal(golden, Encoded(SessionTableCodec.Read(golden)));
    }

    [Fact]
    public void A_table_of_version_1_is_no_longer_read()
    {
        SessionTable table = SessionTableCodec.Read(Golden("session-table-v1"));
        Assert.Equal((2, 12L, Start + 2, 0L), (table.Count, table.Through.Value, table.LogTime, table.EvictedThrough));
        var sessions = new ShardSessions(table);
        Assert.Equal(SessionVerdict.Repeat, sessions.Judge(new SessionStamp(B, 1), out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept));
        Assert.Equal((4, ":17", true), (lsn.Value, System.Text.Encoding.ASCII.GetString(reply), isKept));
        // It does not say where it was opened, so its next record does.
        Assert.Equal(Lsn.None, sessions.OpeningOf(A));
    }

    private static byte[] Golden(string format) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", format, "two-sessions.bin"));

    [Fact]
    public void Damaged_bytes_give_the_typed_error_only()
    {
        var table = new SessionTable();
        foreach (var (lsn, time, stamp, reply) in Records(new Random(3), 60))
            table.Apply(lsn, time, stamp, reply);
        byte[] good = Encoded(table);
        var random = new Random(4);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = good[..random.Next(good.Length + 1)];
            for (int flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            // Also with a checksum that is right, so that the other rules are met.
            if (bytes.Length > 4 && random.Next(2) == 0)
                BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), Cluster.Storage.Checksums.Crc32C.Compute(bytes.AsSpan(0, bytes.Length - 4)));
            try
            {
                SessionTableCodec.Read(bytes);
            }
            catch (SessionTableFormatException)
            {
            }
        }
    }

    [Fact]
    public void The_steady_path_allocates_nothing()
    {
        long before = 0;
        var stamps = new SessionStamp[] { new(A, 0), new(B, 0) };
        for (int i = 1; i <= 20_000; i++)
        {
            if (i == 10_000)
                before = GC.GetAllocatedBytesForCurrentThread();
            ref SessionStamp stamp = ref stamps[i % 2];
            stamp = new SessionStamp(stamp.Id, stamp.Sequence + 1);
            if (_sessions.Judge(stamp, out _, out _, out _) != SessionVerdict.Append)
                Assert.Fail("not the next one");
            _sessions.Appended(new Lsn(i), Start + i, stamp, "+OK"u8);
            if (i % 16 == 0)
                _sessions.CommitThrough(new Lsn(i));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    private static byte[] Encoded(SessionTable table)
    {
        var to = new ArrayBufferWriter<byte>();
        SessionTableCodec.Write(table, to);
        return to.WrittenSpan.ToArray();
    }

    private static (Lsn Lsn, long Time, SessionStamp Stamp, byte[] Reply)[] Records(Random random, int count)
    {
        var next = new Dictionary<Guid, long>();
        var records = new (Lsn, long, SessionStamp, byte[])[count];
        long time = Start;
        for (int i = 0; i < count; i++)
        {
            time += random.Next(1, 40_000_000);
            Guid id = SessionId.Create(Start + random.Next(30), 7);
            next[id] = next.GetValueOrDefault(id) + 1;
            byte[] reply = new byte[random.Next(0, 300)];
            random.NextBytes(reply);
            records[i] = (new Lsn(i + 1), time, new SessionStamp(id, next[id]), reply);
        }

        return records;
    }

    private void Append(Guid id, long sequence, string reply, long time = Start) =>
        _sessions.Appended(new Lsn(++_lsn), time, new SessionStamp(id, sequence), System.Text.Encoding.ASCII.GetBytes(reply));

    private (SessionVerdict Verdict, long Lsn, string? Reply) Judge(Guid id, long sequence)
    {
        SessionVerdict verdict = _sessions.Judge(new SessionStamp(id, sequence), out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept);
        return (verdict, lsn.Value, isKept ? System.Text.Encoding.ASCII.GetString(reply) : null);
    }
}

using System.Buffers;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Sessions;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Keys.Merge;
using Cluster.Storage.Tests.Log;
using Cluster.Storage.Tests.Snapshots;
using Xunit;

namespace Cluster.Storage.Tests.Sessions;

/// <summary>The session table of a whole store: it must be what the committed records say, whatever the store went through.</summary>
public sealed class StoreSessionTests
{
    private const long Start = 1_700_000_000_000_000;

    [Fact]
    public void A_crash_a_cut_a_hint_or_a_merge_leaves_another_table_than_the_records_say()
    {
        int evicted = 0, merged = 0, hinted = 0, cut = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            using var life = new Life(seed, seed % 3 != 0);
            for (var step = 0; step < 60; step++)
                life.Step();
            life.Check();
            evicted += life.Store.Sessions.Committed.EvictedThrough > 0 ? 1 : 0;
            merged += life.Merged;
            hinted += life.Hinted;
            cut += life.Cuts;
        }

        Assert.True(evicted > 5 && merged > 5 && hinted > 5 && cut > 5, $"evicted {evicted}, merged {merged}, hinted {hinted}, cut {cut}");
    }

    [Fact]
    public void A_snapshot_brings_no_sessions()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using var source = ReplicaBench.Merged(seed, 150, out _);
            var sessions = new Writer(seed, source.Store, () => source.Bench.Term);
            for (var i = 0; i < 12; i++)
            {
                for (var j = 0; j < 15; j++)
                    sessions.Write();
                source.Flush();
                source.Commit();
                source.Store.ReleaseBelow(source.Store.LastLsn - 5);
                source.Idle();
            }

            using var lease = source.Lease();
            using var replica = ReplicaBench.Empty(seed).Restore(lease);
            Assert.Equal(source.Store.CommitLsn, replica.Store.CommitLsn);
            Assert.True(replica.Store.Sessions.Committed.Count > 0);
            Assert.Equal(Bytes(source.Store), Bytes(replica.Store));
        }
    }

    [Fact]
    public void A_follower_that_becomes_leader_takes_a_retry_for_new()
    {
        using var leader = ReplicaBench.Empty(1).Open();
        using var follower = ReplicaBench.Empty(2).Open();
        var id = SessionId.Create(Start, 1);
        Put(leader.Store, id, 1, "one"u8);
        Put(leader.Store, id, 2, "two"u8);
        Put(leader.Store, id, 2, "+more"u8);
        Put(leader.Store, id, 4, "four"u8);
        leader.Flush();
        follower.Follow(leader, leader.Store.LastLsn);
        var sessions = follower.Store.Sessions;
        Assert.Equal((SessionVerdict.Repeat, 1, "one"), Judge(sessions, id, 1));
        Assert.Equal((SessionVerdict.Repeat, 3, "two+more"), Judge(sessions, id, 2));
        Assert.Equal((SessionVerdict.NothingWritten, 0, ""), Judge(sessions, id, 3));
        Assert.Equal((SessionVerdict.Append, 0, ""), Judge(sessions, id, 5));
        Assert.Equal(SessionVerdict.Append, Judge(sessions, id, 6).Verdict);
        Assert.Equal(SessionVerdict.Gap, sessions.Judge(new SessionStamp(id, 6), out _, out _, out _));
        follower.Store.AdvanceCommit(new Lsn(2));
        Assert.Equal((SessionVerdict.Repeat, 3, "two+more"), Judge(sessions, id, 2));
        follower.Store.AdvanceCommit(new Lsn(4));
        Assert.Equal((SessionVerdict.Repeat, 3, "two+more"), Judge(sessions, id, 2));
        Assert.Equal((SessionVerdict.NothingWritten, 0, ""), Judge(sessions, id, 3));
        leader.Store.AdvanceCommit(new Lsn(4));
        Assert.Equal(Bytes(leader.Store), Bytes(follower.Store));
    }

    [Fact]
    public void A_stamp_costs_more_than_a_few_bytes_after_the_first_record_of_its_session()
    {
        using var bench = ReplicaBench.Empty(1).Open();
        var id = SessionId.Create(Start, 1);
        for (var i = 1; i <= 1000; i++)
            Put(bench.Store, id, i, [0]);
        Assert.Equal(LogReadOutcome.Records, bench.Store.Log.TryRead(new Lsn(999), 1 << 20, out var slice));
        using (slice)
        {
            var bytes = new byte[slice!.Length];
            slice.CopyTo(bytes);
            Assert.True(RecordView.TryParse(bytes, out var last));
            Assert.Equal(6, last.StampBytes.Length);
            Assert.Equal(1000, last.Stamp.Sequence);
        }
    }

    [Fact]
    public void An_answer_without_a_change_is_forgotten_or_changes_something()
    {
        using var bench = ReplicaBench.Empty(1).Open();
        var id = SessionId.Create(Start, 1);
        Assert.True(bench.Store.AppendAnswer(bench.Bench.Term, Start, new SessionWrite(new SessionStamp(id, 1), "nil"u8)).Appended);
        bench.Flush();
        bench.Commit();
        bench.Close();
        bench.Open();
        Assert.Equal((SessionVerdict.Repeat, 1, "nil"), Judge(bench.Store.Sessions, id, 1));
        Assert.Equal(0, bench.Store.Count);
    }

    private static (SessionVerdict Verdict, long Lsn, string Reply) Judge(ShardSessions sessions, Guid id, long sequence)
    {
        var verdict = sessions.Judge(new SessionStamp(id, sequence), mayLeaveOut: true, out var lsn, out var reply, out _);
        return (verdict, lsn.Value, System.Text.Encoding.UTF8.GetString(reply));
    }

    private static void Put(ShardStore store, Guid id, long sequence, ReadOnlySpan<byte> reply) =>
        Assert.True(store.AppendPut(new Term(1), Start, new SessionWrite(new SessionStamp(id, sequence), reply), "key"u8, "value"u8).Appended);

    private static string Bytes(ShardStore store) => Bytes(store.Sessions.Committed);

    private static string Bytes(SessionTable table)
    {
        var writer = new ArrayBufferWriter<byte>();
        SessionTableCodec.Write(table, writer);
        return Convert.ToHexString(writer.WrittenSpan);
    }

    /// <summary>A leader that writes for a handful of sessions, as forwarders let it: some sequences with several records, some with none.</summary>
    private sealed class Writer(int seed, ShardStore store, Func<Term> term)
    {
        private readonly Random _random = new(seed);
        private readonly List<(Guid Id, long Highest)> _sessions = [];
        private long _now = Start;

        public void Write()
        {
            _now += _random.Next(40) == 0 ? SessionLimits.IdleMicros / 2 : 1000;
            if (_sessions.Count == 0 || _random.Next(12) == 0)
                _sessions.Add((SessionId.Create(_now, (ulong)_random.NextInt64()), 0));
            var index = Math.Max(0, _sessions.Count - 1 - _random.Next(6));
            var id = _sessions[index].Id;
            var highest = store.Sessions.HighestOf(id);
            var sequence = highest > 0 && _random.Next(4) == 0 ? highest : highest + (_random.Next(5) == 0 ? 1 + _random.Next(80) : 1);
            var reply = new byte[_random.Next(30) == 0 ? 400 : _random.Next(40)];
            _random.NextBytes(reply);
            var write = new SessionWrite(new SessionStamp(id, sequence), reply);
            var key = BitConverter.GetBytes(_random.Next(60));
            var result = _random.Next(8) switch
            {
                0 => store.AppendDelete(term(), _now, write, key),
                1 => store.AppendAnswer(term(), _now, write),
                2 => _random.Next(10) == 0 ? store.AppendFlushKeys(term(), _now, write) : store.AppendPut(term(), _now, write, key, new byte[9], 1_000_000),
                3 => store.AppendPut(term(), _now, SessionStamp.None, key, new byte[50]),
                4 => store.AppendKeys(term(), _now, write, key, [new KeyOperation(KeyOperationKind.Put, 0, 2, 2, 2), new KeyOperation(KeyOperationKind.Delete, 1, 3, 0, 0)]),
                _ => store.AppendPut(term(), _now, write, key, new byte[_random.Next(150)]),
            };
            Assert.True(result.Appended, $"{result.Refusal} {store.Log.Failure}");
        }
    }

    private sealed class Life : IDisposable
    {
        private readonly Random _random;
        private readonly bool _merge;
        private readonly List<(Lsn Lsn, long Timestamp, byte[] Stamp)> _records = [];
        private HintBench _bench;
        private Writer _writer;
        private int _restarts;

        public Life(int seed, bool merge)
        {
            _random = new Random(seed);
            _merge = merge;
            _bench = new HintBench(new LogBench(seed) { SegmentBytes = 3000 });
            Open();
            _writer = new Writer(_random.Next(), Store, () => _bench.Bench.Term);
        }

        public ShardStore Store => _bench.Store;

        public int Merged { get; private set; }

        public int Hinted { get; private set; }

        public int Cuts { get; private set; }

        public void Step()
        {
            switch (_random.Next(12))
            {
                case 0:
                    Crash(powerLoss: _random.Next(2) == 0);
                    Open();
                    Check();
                    break;
                case 1:
                    _bench.Close();
                    Open();
                    Check();
                    break;
                case 2:
                    var keep = Store.CommitLsn + _random.NextInt64(Store.LastLsn - Store.CommitLsn + 1);
                    Cuts += keep < Store.LastLsn ? 1 : 0;
                    _bench.Bench.ForgetFlushed(keep);
                    Store.CutAfter(keep, Assert.Null);
                    _bench.Bench.Scheduler.RunAll();
                    _bench.Bench.ForgetFlushed(Store.FlushedLsn);
                    _records.RemoveRange((int)keep.Value, _records.Count - (int)keep.Value);
                    _bench.Bench.Term = _bench.Bench.Term.Next;
                    break;
                case 3 when _merge:
                    MergeBench.Settle(_bench, Store.LastLsn - 3);
                    Merged += Store.Manifest is not null ? 1 : 0;
                    Check();
                    break;
                case < 6:
                    Store.AdvanceCommit(Store.CommitLsn + _random.NextInt64(Store.LastLsn - Store.CommitLsn + 1));
                    Check();
                    break;
                case 6:
                    _bench.Idle();
                    break;
                default:
                    for (var i = _random.Next(25); i > 0; i--)
                    {
                        _writer.Write();
                        Note();
                    }

                    if (_random.Next(2) == 0)
                        _bench.Flush();
                    break;
            }
        }

        public void Check()
        {
            var model = new SessionTable();
            foreach (var (lsn, timestamp, stamp) in _records)
            {
                if (lsn <= Store.CommitLsn && stamp.Length > 0)
                    model.Apply(lsn, timestamp, RecordStamp.FromTrusted(stamp, lsn));
            }

            model.Skip(Store.CommitLsn);
            Assert.Equal(Bytes(model), Bytes(Store));
            Assert.Equal(_records.Skip((int)Store.CommitLsn.Value).Count(static record => record.Stamp.Length > 0), Store.Sessions.PendingCount);
        }

        public void Dispose() => _bench.Dispose();

        private void Crash(bool powerLoss)
        {
            var dead = _bench.Bench;
            var disk = powerLoss ? dead.Files.AfterPowerLoss(_random) : dead.Files.AfterProcessDeath();
            Store.Dispose();
            dead.Files.Halt();
            _restarts++;
            _bench = new HintBench(new LogBench(_restarts, disk, dead.Time)
            {
                SegmentBytes = dead.SegmentBytes,
                BootId = powerLoss ? new Guid(_restarts, 1, 1, [0, 0, 0, 0, 0, 0, 0, 1]) : dead.BootId,
            });
        }

        private void Open()
        {
            _bench.Open(merge: _merge ? MergeBench.Eager : null);
            Hinted += _bench.HintFiles.Length > 0 ? 1 : 0;
            _records.RemoveRange((int)Store.LastLsn.Value, _records.Count - (int)Store.LastLsn.Value);
            _bench.Bench.Term = Term.Max(_bench.Bench.Term, Store.LastTerm).Next;
            _writer = new Writer(_random.Next(), Store, () => _bench.Bench.Term);
        }

        private void Note()
        {
            Assert.Equal(LogReadOutcome.Records, Store.Log.TryRead(Store.LastLsn - 1, 1 << 20, out var slice));
            using (slice)
            {
                var bytes = new byte[slice!.Length];
                slice.CopyTo(bytes);
                Assert.True(RecordView.TryParse(bytes, out var record));
                _records.Add((record.Lsn, record.Timestamp, record.StampBytes.ToArray()));
            }
        }
    }
}

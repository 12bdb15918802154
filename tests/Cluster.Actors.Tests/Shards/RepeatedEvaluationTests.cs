using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Sessions;
using Cluster.Storage.Time;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Two attempts of one write of a session at one leader, of which the older one waits for values (R11).</summary>
public sealed class RepeatedEvaluationTests : IDisposable
{
    private static readonly Term Term = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("evaluation-").FullName;
    private readonly WriterPool _writers = new(1);
    private readonly ShardStore _store;
    private readonly CommandEvaluator _evaluator;
    private readonly SessionStamp _stamp = new(SessionId.Create(1, 7), 1);

    public RepeatedEvaluationTests()
    {
        _store = ShardStore.Open(new ShardStoreOptions
        {
            Hasher = new SipKeyHasher(1, 2),
            Epochs = new EpochDomain(),
            Log = new ShardLogOptions
            {
                Folder = Path.Combine(_folder, "0"),
                Shard = 0,
                ClusterId = Guid.NewGuid(),
                Environment = StorageEnvironment.ForProcess(_writers),
                Listener = new NobodyListens(),
                CreateIfMissing = true,
                SegmentBytes = 1 << 20,
                BufferBytes = 1 << 20,
            },
        });
        _evaluator = new CommandEvaluator(_store, new HybridClock(TimeProvider.System), WritePolicy.Quorum);
    }

    [Fact]
    public void An_attempt_that_has_waited_goes_on_behind_a_newer_one_that_took_its_place()
    {
        var old = Batch(commands: 1);
        Assert.Equal(1, Evaluate(old, 0));
        Increment(old, "b");
        var newer = Batch(commands: 2);
        newer.MayBeAppended = true;
        Assert.Equal(2, Evaluate(newer, 0));
        Assert.Equal((1, 1), (newer.ReplyTo(0).Integer, newer.ReplyTo(1).Integer));
        var last = _store.LastLsn;

        Assert.Equal(2, Evaluate(old, 1));

        Assert.Equal(last, _store.LastLsn);
        Assert.StartsWith("UNKNOWN ", System.Text.Encoding.ASCII.GetString(old.ReplyBytes(1)));
    }

    [Fact]
    public void An_attempt_that_has_waited_appends_behind_a_later_write_of_its_session()
    {
        var old = Batch(commands: 1);
        Evaluate(old, 0);
        Increment(old, "b");
        var later = Batch(commands: 1);
        later.Stamp = _stamp with { Sequence = 2 };
        Evaluate(later, 0);
        var last = _store.LastLsn;
        Assert.Equal(2, Evaluate(old, 1));
        Assert.Equal(last, _store.LastLsn);
    }

    [Fact]
    public void An_attempt_of_a_stream_that_is_over_is_evaluated_after_all()
    {
        var origin = new ForwardOrigin(Guid.NewGuid(), shard: 0, stream: 1, term: 1, Guid.NewGuid(), new Nowhere());
        var batch = Batch(commands: 1);
        batch.Owner = origin;
        origin.IsOver = true;
        Evaluate(batch, 0);
        Assert.Equal(ReplyKind.Error, batch.ReplyTo(0).Kind);
        Assert.Equal(Lsn.None, _store.LastLsn);
    }

    [Fact]
    public void An_attempt_that_nobody_has_overtaken_does_not_go_on_where_it_stopped()
    {
        var batch = Batch(commands: 1);
        Evaluate(batch, 0);
        Increment(batch, "a");
        Assert.Equal(2, Evaluate(batch, 1));
        Assert.Equal(2, batch.ReplyTo(1).Integer);

        // Of the same, found by a retry with a command more.
        var again = Batch(commands: 1);
        Increment(again, "a");
        Increment(again, "a");
        again.MayBeAppended = true;
        Evaluate(again, 0);
        Assert.Equal((1, 2, 3), (again.ReplyTo(0).Integer, again.ReplyTo(1).Integer, again.ReplyTo(2).Integer));
        Increment(again, "a");
        Evaluate(again, 3);
        Assert.Equal(4, again.ReplyTo(3).Integer);
        Assert.Equal(4, _store.LastLsn.Value);
    }

    [Fact]
    public void Nobody_says_which_record_a_write_that_was_given_up_has_left()
    {
        var batch = Batch(commands: 2);
        Evaluate(batch, 0);
        batch.Rewind(Term.Value);
        batch.RefuseUnanswered("CLUSTERDOWN"u8);
        Assert.Equal("UNKNOWN outcome unknown, shard=0 term=1 lsn=1", System.Text.Encoding.ASCII.GetString(batch.ReplyBytes(0)));
        Assert.Equal("UNKNOWN outcome unknown, shard=0 term=1 lsn=2", System.Text.Encoding.ASCII.GetString(batch.ReplyBytes(1)));
    }

    [Fact]
    public void A_transaction_whose_commands_have_a_stamp_is_taken()
    {
        var nested = Batch(commands: 1);
        var batch = CommandBatch.Rent();
        batch.BeginTransaction(0, writes: true);
        batch.EndTransaction(nested);
        Evaluate(batch, 0);
        Assert.Equal("ERR the transaction is malformed", System.Text.Encoding.ASCII.GetString(batch.ReplyBytes(0)));
        Assert.Equal(Lsn.None, _store.LastLsn);
    }

    public void Dispose()
    {
        _store.Dispose();
        _writers.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private int Evaluate(CommandBatch batch, int from)
    {
        var dependency = ReplyDependency.None;
        return _evaluator.Evaluate(batch, from, Term, fetched: null, ref dependency);
    }

    private CommandBatch Batch(int commands)
    {
        var batch = CommandBatch.Rent();
        for (int i = 0; i < commands; i++) Increment(batch, i == 0 ? "a" : "b");
        batch.Stamp = _stamp;
        return batch;
    }

    private static void Increment(CommandBatch batch, string key) => batch.AddWithNumber(CommandKind.Increment, TestClient.Bytes(key), 1);

    private sealed class NobodyListens : ILogListener
    {
        public void Flushed(Lsn through)
        {
        }

        public void FlushFailed(Exception cause)
        {
        }
    }

    private sealed class Nowhere : IShardPeers
    {
        public void Send(Guid to, int shard, ShardMessage message) => message.Release();
    }
}

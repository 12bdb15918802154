using System.Collections.Concurrent;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

// Transactions: the commands of one are a round within the round, answered by the one reply of the shard.
internal sealed partial class ReplyRound
{
    private const int NestedPooledMax = 256;

    private static readonly ConcurrentQueue<ReplyRound> NestedPool = [];

    private readonly List<ReplyRound> _nested = [];
    private readonly List<WatchedKey> _watches = [];

    /// <summary>The connection takes no further command before this round, and all before it, is answered.</summary>
    public bool WaitsForAnswers { get; private set; }

    /// <summary>A round that is never submitted: its batch, if it has one, is only written into another one.</summary>
    public static ReplyRound RentNested(int protocol)
    {
        if (!NestedPool.TryDequeue(out var round)) round = new ReplyRound(new AsyncSignal());
        round.Begin(protocol);
        return round;
    }

    public void ReturnNested()
    {
        Drop();
        if (NestedPool.Count < NestedPooledMax) NestedPool.Enqueue(this);
    }

    public void SealUntilAnswered()
    {
        Seal();
        WaitsForAnswers = true;
    }

    /// <summary>The watch of the part that was added last.</summary>
    public void AddWatch(WatchedKey watched) => _watches.Add(watched);

    public void EndWatches() => EndParts(PlanKind.Watches);

    /// <summary>The replies of a transaction of which no command needs a shard.</summary>
    public void AddNested(ReplyRound commands)
    {
        _nested.Add(commands);
        _plans.Add(new Plan(PlanKind.Nested, -1, _nested.Count - 1));
    }

    public void AddTransaction(int batch, int index, ReplyRound commands)
    {
        _nested.Add(commands);
        _parts.Add(new Part(batch, index));
        _plans.Add(new Plan(PlanKind.Nested, _parts.Count - 1, _nested.Count - 1));
    }

    /// <summary>A watch that failed keeps no token: the transaction that it was for does not take place.</summary>
    private void WriteWatches(ref RespOutput output, Plan plan, ref int watch)
    {
        int first = watch;
        watch += plan.Count;
        var parts = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parts).Slice(plan.From, plan.Count);
        if (WriteFailure(ref output, parts, plan.Kind)) return;
        for (int i = 0; i < parts.Length; i++)
        {
            var token = _batches[parts[i].Batch].ReplyBytes(parts[i].Index);
            if (token.Length == WatchToken.Bytes) _watches[first + i].Token = WatchToken.Read(token);
        }

        output.Ok();
    }

    private void WriteNested(ref RespOutput output, Plan plan)
    {
        var commands = _nested[plan.Count];
        if (plan.From >= 0)
        {
            var part = _parts[plan.From];
            var batch = _batches[part.Batch];
            var kind = batch.ReplyTo(part.Index).Kind;
            if (kind == ReplyKind.Nil)
            {
                output.NilArray();
                return;
            }

            if (kind != ReplyKind.Array)
            {
                WriteOne(ref output, batch, part.Index);
                return;
            }

            if (commands.Batches > 0) commands.Batch(0).ReadReplies(batch.ReplyBytes(part.Index));
        }

        output.ArrayHeader(commands.Commands);
        commands.WriteAll(ref output);
    }

    private void DropNested()
    {
        foreach (var round in _nested) round.ReturnNested();
        _nested.Clear();
        _watches.Clear();
    }
}

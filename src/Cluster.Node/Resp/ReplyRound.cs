using System.Buffers;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;

namespace Cluster.Node.Resp;

/// <summary>
/// The commands of one read of a connection: which batches they went into, and how the reply to each is put together, in order.
/// Filled by the connection's reader, completed by shards, written by the connection's writer; then used again.
/// Invariants:
/// I1 after <see cref="Submit"/> only the pending count is touched until <see cref="IsComplete"/>.
/// I2 every batch of the round is released in <see cref="Write"/> or <see cref="Drop"/>, exactly one of which is called.
/// </summary>
internal sealed partial class ReplyRound(AsyncSignal completed) : IBatchOwner
{
    private enum PlanKind : byte
    {
        Local,
        Single,
        Sum,
        Array,
        AllOk,
        Joined,
        OkAsInteger,
        Watches,
        Nested,
        Scan,
    }

    /// <summary>Local: a range of the local bytes. Single, OkAsInteger and Scan: batch and index. Nested: a part (or -1) and a nested round. Else a range of the parts.</summary>
    private readonly record struct Plan(PlanKind Kind, int From, int Count);

    private readonly record struct Part(int Batch, int Index);

    /// <summary>The rounds of one connection share its signal: they are one lane.</summary>
    object IBatchOwner.Lane => completed;

    private const int LocalKeepBytesMax = 64 * 1024;

    private readonly List<Plan> _plans = [];
    private readonly List<Part> _parts = [];
    private readonly List<CommandBatch> _batches = [];
    private readonly List<int> _shards = [];
    private ArrayBufferWriter<byte> _local = new(256);
    private int _pending;
    private int _partsFrom;

    public int Commands => _plans.Count;

    public int Protocol { get; private set; } = 2;

    /// <summary>The reader has put the last command into this round.</summary>
    public bool Sealed { get; private set; }

    /// <summary>Bytes of arguments that went into batches.</summary>
    public long ArgumentBytes { get; set; }

    public bool IsComplete => Volatile.Read(ref _pending) == 0;

    public void Begin(int protocol)
    {
        WaitsForAnswers = false;
        Protocol = protocol;
        Sealed = false;
        ArgumentBytes = 0;
        _pending = 1; // the reader's own, given up by Submit
    }

    /// <summary>The state of the connection changes with this command: what follows belongs to the next round.</summary>
    public void Seal() => Sealed = true;

    public int Batches => _batches.Count;

    public CommandBatch Batch(int index) => _batches[index];

    public int ShardOf(int batch) => _shards[batch];

    public int NewBatch(int shard, bool readOnly, WritePolicy policy)
    {
        var batch = CommandBatch.Rent();
        batch.Owner = this;
        batch.ReadOnly = readOnly;
        batch.Policy = policy;
        _batches.Add(batch);
        _shards.Add(shard);
        return _batches.Count - 1;
    }

    public RespOutput BeginLocal() => new(_local, Protocol);

    /// <summary>For a reply in another version than that of the round.</summary>
    public RespOutput BeginLocal(int protocol) => new(_local, protocol);

    public int LocalLength => _local.WrittenCount;

    public void EndLocal(int from) => _plans.Add(new Plan(PlanKind.Local, from, _local.WrittenCount - from));

    public void AddSingle(int batch, int index) => _plans.Add(new Plan(PlanKind.Single, batch, index));

    /// <summary>A condition's reply: 1 for ok, 0 for nil.</summary>
    public void AddOkAsInteger(int batch, int index) => _plans.Add(new Plan(PlanKind.OkAsInteger, batch, index));

    public void BeginParts() => _partsFrom = _parts.Count;

    public void AddPart(int batch, int index) => _parts.Add(new Part(batch, index));

    public void EndSum() => EndParts(PlanKind.Sum);

    public void EndArray() => EndParts(PlanKind.Array);

    public void EndAllOk() => EndParts(PlanKind.AllOk);

    /// <summary>The texts of the parts, with commas between them.</summary>
    public void EndJoined() => EndParts(PlanKind.Joined);

    private void EndParts(PlanKind kind) => _plans.Add(new Plan(kind, _partsFrom, _parts.Count - _partsFrom));

    /// <summary>Hands the batches to their shards. The round may be complete before this returns.</summary>
    public void Submit(ShardRouter? router, RespMetrics metrics)
    {
        metrics.RoundTaken(_plans.Count);
        _pending += _batches.Count;
        for (int i = 0; i < _batches.Count; i++)
        {
            var batch = _batches[i];
            if (router is not null && router.Submit(_shards[i], batch)) continue;
            batch.RefuseUnanswered("TRYAGAIN the shard takes no more commands right now"u8);
            metrics.BatchRefused();
            Completed(batch);
        }

        Completed(null!);
    }

    public void Completed(CommandBatch batch)
    {
        if (Interlocked.Decrement(ref _pending) == 0) completed.Set();
    }

    public void Write(IBufferWriter<byte> to)
    {
        var output = new RespOutput(to, Protocol);
        WriteAll(ref output);
        output.Flush();
        Drop();
    }

    private void WriteAll(ref RespOutput output)
    {
        int watch = 0;
        var local = _local.WrittenSpan;
        foreach (ref readonly var plan in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_plans))
        {
            switch (plan.Kind)
            {
                case PlanKind.Local:
                    output.Raw(local.Slice(plan.From, plan.Count));
                    break;
                case PlanKind.Single:
                    WriteOne(ref output, _batches[plan.From], plan.Count);
                    break;
                case PlanKind.OkAsInteger:
                    var kind = _batches[plan.From].ReplyTo(plan.Count).Kind;
                    if (kind is ReplyKind.Ok or ReplyKind.Nil) output.Integer(kind == ReplyKind.Ok ? 1 : 0);
                    else WriteOne(ref output, _batches[plan.From], plan.Count);
                    break;
                case PlanKind.Watches:
                    WriteWatches(ref output, plan, ref watch);
                    break;
                case PlanKind.Scan:
                    WriteScan(ref output, plan);
                    break;
                case PlanKind.Nested:
                    WriteNested(ref output, plan);
                    break;
                default:
                    WriteParts(ref output, plan);
                    break;
            }
        }
    }

    /// <summary>Releases what the round holds; nobody is there to read the replies.</summary>
    public void Drop()
    {
        foreach (var batch in _batches) batch.Release();
        _batches.Clear();
        _shards.Clear();
        _plans.Clear();
        _parts.Clear();
        DropNested();
        if (_local.Capacity > LocalKeepBytesMax) _local = new ArrayBufferWriter<byte>(256);
        else _local.ResetWrittenCount();
    }

    private static void WriteOne(ref RespOutput output, CommandBatch batch, int index)
    {
        ref readonly var reply = ref batch.ReplyTo(index);
        switch (reply.Kind)
        {
            case ReplyKind.Ok:
                output.Ok();
                break;
            case ReplyKind.Nil:
                output.Nil();
                break;
            case ReplyKind.Integer:
                output.Integer(reply.Integer);
                break;
            case ReplyKind.Bulk:
                output.Bulk(batch.ReplyBytes(index));
                break;
            case ReplyKind.Error:
                output.Error(batch.ReplyBytes(index));
                break;
            default:
                throw new InvalidOperationException($"shard {batch.Shard} completed a batch without answering command {index}");
        }
    }

    private void WriteParts(ref RespOutput output, Plan plan)
    {
        var parts = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parts).Slice(plan.From, plan.Count);
        if (WriteFailure(ref output, parts, plan.Kind)) return;
        if (plan.Kind == PlanKind.Array)
        {
            output.ArrayHeader(parts.Length);
            foreach (var part in parts) WriteOne(ref output, _batches[part.Batch], part.Index);
            return;
        }

        if (plan.Kind == PlanKind.Joined)
        {
            var text = new System.Text.StringBuilder();
            foreach (var part in parts) text.Append(text.Length > 0 ? "," : "").Append(System.Text.Encoding.ASCII.GetString(_batches[part.Batch].ReplyBytes(part.Index)));
            output.Bulk(text.ToString());
            return;
        }

        if (plan.Kind == PlanKind.AllOk)
        {
            output.Ok();
            return;
        }

        long sum = 0;
        foreach (var part in parts) sum += _batches[part.Batch].ReplyTo(part.Index).Integer;
        output.Integer(sum);
    }

    /// <summary>
    /// A command over several shards fails as a whole. An unknown part makes all of it unknown; so does a write that was applied
    /// by some shards and refused by others, for a definite error would say that nothing was appended.
    /// </summary>
    private bool WriteFailure(ref RespOutput output, ReadOnlySpan<Part> parts, PlanKind kind)
    {
        int failed = -1;
        int applied = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            var batch = _batches[parts[i].Batch];
            if (batch.ReplyTo(parts[i].Index).Kind != ReplyKind.Error)
            {
                if (batch[parts[i].Index].IsWrite) applied++;
                continue;
            }

            if (batch.ReplyBytes(parts[i].Index).StartsWith("UNKNOWN "u8))
            {
                WriteOne(ref output, batch, parts[i].Index);
                return true;
            }

            failed = i;
        }

        if (failed < 0) return false;
        var refused = parts[failed];
        if (applied == 0) WriteOne(ref output, _batches[refused.Batch], refused.Index);
        else output.Error($"UNKNOWN outcome unknown, shard={_shards[refused.Batch]} term=? lsn=? ({kind switch { PlanKind.Sum => "some keys were", _ => "some shards have been" }} served, this shard refused)");
        return true;
    }
}

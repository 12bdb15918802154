using System.Text;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// Takes one command after the other of a connection and puts it where it belongs: an answer at once, or entries in the
/// round's batches, one batch per shard (and one more per shard for reads in READONLY mode).
/// </summary>
internal sealed partial class CommandRouter(RespServices services, ClientSession session)
{
    private const int None = -1;

    /// <summary>
    /// A batch is one write of the connection's session: its replies must fit what is kept of one, and with the rounds that may wait a connection has at
    /// most 64 of them unanswered at a shard (R11).
    /// </summary>
    private const int BatchCommandsMax = 128;

    // Batch of the current round by 2 × shard + (READONLY read ? 1 : 0); back to None when the round ends.
    private int[] _batchOf = [];
    private ReplyRound _round = null!;

    // While the commands of a transaction are collected: the shard that they belong to, None before the first key.
    private bool _collecting;
    private int _collectedShard;
    private bool _collectedMore;

    public RespServices Services => services;

    public ClientSession Session => session;

    public ReplyRound Round => _round;

    /// <summary>Null until the connection's first MULTI or WATCH.</summary>
    public ClientTransaction? Transaction { get; set; }

    /// <summary>The shards as they were when the round began: one round never mixes two views.</summary>
    public RespBackend? Backend { get; private set; }

    public void Begin(ReplyRound round)
    {
        _round = round;
        Backend = services.Backend;
        int entries = Backend is null ? 0 : 2 * Backend.Router.Shards;
        if (_batchOf.Length == entries) return;
        _batchOf = new int[entries];
        Array.Fill(_batchOf, None);
    }

    public void End()
    {
        for (int i = 0; i < _round.Batches; i++) _batchOf[Entry(_round.ShardOf(i), _round.Batch(i).ReadOnly)] = None;
    }

    public void Execute(CommandArguments arguments)
    {
        var spec = CommandTable.Find(arguments[0]);
        var open = Transaction is { IsOpen: true } ? Transaction : null;
        if (spec is null) Unknown(arguments);
        else if (!spec.Accepts(arguments.Count)) Fail($"ERR wrong number of arguments for '{spec.Name}' command");
        else if (Backend is null && !spec.Traits.HasFlag(CommandTraits.Loading)) Fail(services.Loading);
        else if (open is null || spec.Traits.HasFlag(CommandTraits.EndsQueueing))
        {
            if (session.NextWrite.IsPresent && spec.Traits.HasFlag(CommandTraits.Write)) ExecuteNamed(spec, arguments);
            else spec.Handler(this, arguments);
            return;
        }
        else if (TryQueue(open, spec, arguments)) return;
        if (open is not null) open.IsBroken = true;
    }

    /// <summary>
    /// Puts the queued commands into a round of their own through their handlers. False if their keys are of several shards; <paramref name="shard"/> is -1 if there is no key.
    /// </summary>
    public bool Collect(ClientTransaction transaction, ReplyRound commands, out int shard)
    {
        var round = _round;
        _round = commands;
        _collecting = true;
        _collectedShard = None;
        _collectedMore = false;
        try
        {
            for (int i = 0; i < transaction.Count; i++) transaction.SpecOf(i).Handler(this, transaction.ArgumentsOf(i));
        }
        finally
        {
            _collecting = false;
            _round = round;
        }

        shard = _collectedShard;
        return !_collectedMore;
    }

    /// <summary>False if the command is answered with an error.</summary>
    private bool TryQueue(ClientTransaction transaction, CommandSpec spec, CommandArguments arguments)
    {
        if (spec.Traits.HasFlag(CommandTraits.NoMulti)) Fail("ERR Command not allowed inside a transaction"u8);
        else if (spec.FirstKey > 0 && Redirected(arguments[spec.FirstKey], read: false)) return false;
        else if (!transaction.TryQueue(spec, arguments)) Fail("ERR the transaction is too large"u8);
        else
        {
            Local("+QUEUED\r\n"u8);
            return true;
        }

        return false;
    }

    public void Fail(string error)
    {
        int from = _round.LocalLength;
        var output = _round.BeginLocal();
        output.Error(error);
        output.Flush();
        _round.EndLocal(from);
    }

    public void Fail(ReadOnlySpan<byte> error)
    {
        int from = _round.LocalLength;
        var output = _round.BeginLocal();
        output.Error(error);
        output.Flush();
        _round.EndLocal(from);
    }

    public void Ok() => Local("+OK\r\n"u8);

    /// <summary>A reply that is known already, as RESP.</summary>
    public void Local(ReadOnlySpan<byte> resp)
    {
        int from = _round.LocalLength;
        var output = _round.BeginLocal();
        output.Raw(resp);
        output.Flush();
        _round.EndLocal(from);
    }

    public int ShardOf(ReadOnlySpan<byte> key) => HashSlot.ToShard(HashSlot.Of(key), Backend!.Router.Shards);

    /// <summary>Index of the round's batch for the shard; a read of a READONLY connection has its own.</summary>
    public int BatchFor(int shard, bool read)
    {
        if (_collecting)
        {
            if (_collectedShard == None)
            {
                _collectedShard = shard;
                _round.NewBatch(shard, readOnly: false, session.Policy);
            }

            _collectedMore |= shard != _collectedShard;
            return 0;
        }

        if (!read) session.Writes(shard, Backend!.Router.Shards);
        if (!read && IsNamed) return NamedBatch(shard);
        bool readOnly = read && session.ReadOnly;
        ref int batch = ref _batchOf[Entry(shard, readOnly)];
        if (batch != None && _round.Batch(batch).Count < BatchCommandsMax) return batch;
        batch = _round.NewBatch(shard, readOnly, session.Policy);
        _round.Batch(batch).Session = session.Repeatable;
        if (readOnly) _round.Batch(batch).MaxStalenessMicros = (long)session.MaxStaleness.TotalMicroseconds;
        return batch;
    }

    /// <summary>The batch for the key's shard; false if the command is answered with the way to another node.</summary>
    public bool TryBatchFor(ReadOnlySpan<byte> key, bool read, out int batch)
    {
        batch = None;
        if (Redirected(key, read)) return false;
        batch = BatchFor(ShardOf(key), read);
        return true;
    }

    /// <summary>A command on one key whose reply is the shard's.</summary>
    public void Single(CommandKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value = default, CommandFlags flags = CommandFlags.None)
    {
        if (!TryBatchFor(key, !Command.Writes(kind), out int batch)) return;
        _round.ArgumentBytes += key.Length + value.Length;
        _round.AddSingle(batch, _round.Batch(batch).Add(kind, key, value, flags));
    }

    /// <summary>As <see cref="Single"/>; the value begins with that number.</summary>
    public void SingleWithNumber(CommandKind kind, ReadOnlySpan<byte> key, long number, ReadOnlySpan<byte> value = default, CommandFlags flags = CommandFlags.None)
    {
        if (!TryBatchFor(key, !Command.Writes(kind), out int batch)) return;
        _round.ArgumentBytes += key.Length + value.Length;
        _round.AddSingle(batch, _round.Batch(batch).AddWithNumber(kind, key, number, value, flags));
    }

    /// <summary>
    /// With `routing = redirect`: answers MOVED and returns true if another node leads the key's shard. While no leader is
    /// known the command is forwarded like any other, and waits.
    /// </summary>
    public bool Redirected(ReadOnlySpan<byte> key, bool read)
    {
        // The keys of a transaction were judged when its commands were queued.
        if (services.Routing == Routing.Forward || _collecting) return false;
        int slot = HashSlot.Of(key);
        var cell = Backend!.Directory[HashSlot.ToShard(slot, Backend.Router.Shards)];
        if (read && session.ReadOnly && cell.HasLocalReplica) return false;
        if (cell.Leadership.Leader is not { } leader || leader == services.NodeId) return false;
        if (services.Topology.Current.Find(leader) is not { } node) return false;
        Fail($"MOVED {slot} {node.Resp}");
        return true;
    }

    private void Unknown(CommandArguments arguments)
    {
        var text = new StringBuilder($"ERR unknown command '{arguments.Text(0)}', with args beginning with: ");
        for (int i = 1; i < arguments.Count && text.Length < 256; i++) text.Append('\'').Append(arguments.Text(i)).Append("' ");
        Fail(text.ToString());
    }

    private static int Entry(int shard, bool readOnly) => 2 * shard + (readOnly ? 1 : 0);
}

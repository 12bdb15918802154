using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>The write that follows CLUSTER SESSION: alone in a batch, which bears the name that the client gave it.</summary>
internal sealed partial class CommandRouter
{
    private NamedWrite _named;
    private int _namedBatch = None;

    /// <summary>The command that is executed now has a name.</summary>
    public bool IsNamed => _named.IsPresent;

    /// <summary>The command that begins now takes the name, if the client has given one.</summary>
    public void BeginNamed()
    {
        _named = session.NextWrite;
        session.NextWrite = default;
    }

    public void EndNamed()
    {
        if (!IsNamed) return;
        _named = default;
        _namedBatch = None;
        // So that a round never has more batches than BatchCommandsMax counts on.
        _round.Seal();
    }

    public void FailNamed() => Fail("CROSSSLOT nothing was applied: a write of a session has keys, and all of one shard"u8);

    private void ExecuteNamed(CommandSpec spec, CommandArguments arguments)
    {
        BeginNamed();
        if (IsOfOneShard(spec, arguments)) spec.Handler(this, arguments);
        else FailNamed();
        EndNamed();
    }

    private int NamedBatch(int shard)
    {
        if (_namedBatch != None) return _namedBatch;
        _namedBatch = _round.NewBatch(shard, readOnly: false, session.Policy);
        _round.Batch(_namedBatch).NameWrite(_named);
        return _namedBatch;
    }

    private bool IsOfOneShard(CommandSpec spec, CommandArguments arguments)
    {
        if (spec.FirstKey == 0) return false;
        int last = spec.LastKey < 0 ? arguments.Count + spec.LastKey : spec.LastKey;
        int shard = ShardOf(arguments[spec.FirstKey]);
        for (int i = spec.FirstKey; i <= last && i < arguments.Count; i += spec.KeyStep)
            if (ShardOf(arguments[i]) != shard) return false;
        return true;
    }
}

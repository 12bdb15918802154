using System.Globalization;
using System.Text;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

// Commands about the shard itself, and what policies need to know of its members. Evaluated by the leader only, like a write.
internal sealed partial class ShardReplica
{
    private const int NodeIdBytes = 16;

    /// <summary>In which region each node is, for `regions N`.</summary>
    public void RegionsChanged(IReadOnlyDictionary<Guid, int> regions)
    {
        long now = _clock.Now;
        FlushBurst(now);
        _core.RegionsChanged(regions);
        Settle(now);
    }

    private void Administer(CommandBatch batch)
    {
        long now = _clock.Now;
        if (batch[0].Kind == CommandKind.Bookmark)
        {
            GiveBookmark(batch);
            return;
        }

        if (batch[0].Kind == CommandKind.WaitBookmark)
        {
            WaitBookmark(batch);
            return;
        }

        if (batch[0].Kind == CommandKind.Staleness)
        {
            TellStaleness(batch);
            return;
        }

        var key = batch.Key(0);
        if (key.Length != NodeIdBytes)
        {
            Refuse(batch, "ERR a node id has 16 bytes"u8);
            return;
        }

        var node = new Guid(key, bigEndian: true);
        if (batch[0].Kind == CommandKind.Transfer) Transfer(batch, node, now);
        else ChangeMembers(batch, node, now);
    }

    /// <summary>The reply is that of a write: the configuration record has to commit.</summary>
    private void ChangeMembers(CommandBatch batch, Guid node, long now)
    {
        FlushBurst(now);
        GoOn(now);
        Busy(now);
        bool adds = batch[0].Kind == CommandKind.AddVoter;
        var verdict = adds ? _core.AddReplica(node, vote: true, now) : _core.Remove(node, now);
        if (verdict != MembershipVerdict.Started)
        {
            if (IsSoAlready(verdict, adds)) batch.SetOk(0);
            else batch.SetError(0, Encoding.UTF8.GetBytes(Explain(verdict)));
            batch.Complete();
            return;
        }

        var before = _core.Configuration.Lsn;
        while (_core.TryTakeEffect(out var effect)) Execute(in effect, now);
        var lsn = _core.Configuration.Lsn;
        if (lsn <= before)
        {
            Refuse(batch, ShardErrors.LeaderChanged);
            return;
        }

        _journal.Info(string.Create(CultureInfo.InvariantCulture, $"{(adds ? "adds" : "removes")} {node} by the configuration of LSN {lsn.Value}, as asked"));
        batch.CommandAt(0).AppendedLsn = lsn.Value;
        batch.SetOk(0);
        _waiting.Add(batch, ReplyDependency.BlindWrite(lsn, WritePolicy.Quorum));
    }

    /// <summary>So that asking again after a lost answer is harmless.</summary>
    private static bool IsSoAlready(MembershipVerdict verdict, bool adds) =>
        verdict == MembershipVerdict.AlreadySo || (!adds && verdict == MembershipVerdict.NotAMember);

    private static string Explain(MembershipVerdict verdict) => verdict switch
    {
        MembershipVerdict.NotLeader => "TRYAGAIN the shard's leader changed before the command took effect",
        MembershipVerdict.Transferring => "TRYAGAIN leadership of the shard is being handed over",
        MembershipVerdict.TermNotCommitted => "TRYAGAIN the shard's leader is new and has not committed a record yet",
        MembershipVerdict.ChangePending => "TRYAGAIN an earlier change of the shard's members is not committed yet",
        MembershipVerdict.NotAMember => "ERR that node has no replica of the shard",
        MembershipVerdict.LastVoter => "ERR a shard keeps at least one voter",
        MembershipVerdict.NotCaughtUp => "TRYAGAIN the replica has not caught up",
        _ => $"NOREPLICAS the shard's members cannot be changed now: {verdict}",
    };

    /// <summary>
    /// The batch's policy asks for more than the configuration has: what its writes are refused with before anything is appended (R10). Null if it can be fulfilled.
    /// </summary>
    private byte[]? ImpossibleFor(CommandBatch batch)
    {
        var policy = batch.Policy.Or(_services.Settings.CommitPolicy);
        if (policy.Kind is not (CommitPolicy.AckN or CommitPolicy.Regions)) return null;
        var shortage = _core.ShortageOf(policy);
        return shortage.IsNone ? null : Encoding.UTF8.GetBytes($"NOREPLICAS {shortage}");
    }
}

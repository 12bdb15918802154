using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>What became of a wish to change the members of a shard. All but Started mean that nothing was changed.</summary>
public enum MembershipVerdict : byte
{
    /// <summary>A configuration record is appended; ConfigurationCommitted follows, or it is undone with the leadership.</summary>
    Started = 0,

    NotLeader = 1,

    /// <summary>Leadership is being handed over.</summary>
    Transferring = 2,

    /// <summary>No record of the own term is committed yet.</summary>
    TermNotCommitted = 3,

    /// <summary>An earlier change is not committed yet.</summary>
    ChangePending = 4,

    /// <summary>Nothing to do: it is so already.</summary>
    AlreadySo = 5,

    /// <summary>The node is no member, or no learner.</summary>
    NotAMember = 6,

    /// <summary>A shard keeps a voter.</summary>
    LastVoter = 7,

    /// <summary>The learner has not caught up: see <see cref="ReplicaCore.Promote"/>.</summary>
    NotCaughtUp = 8,

    /// <summary>
    /// Of the voters that the change would leave, no majority was heard within the last election timeout, or too many of them may have lost
    /// something: nobody could commit the change, nor ever be elected by it. A shard that was parked is woken by the asking: ask again.
    /// </summary>
    NoMajorityHeard = 9,
}

// Membership (R9), leader's side.
//
// Invariant M1: a configuration record is appended only while the previous one is committed, and a record of the own term is; two
// configurations in force at different replicas therefore differ by one voter, and every majority of one meets every majority of the other.
// Invariant M2: a (node, incarnation) is given out once: the highest ever given out is part of the configuration. It is told to the
// replica only once committed, so a cut cannot take back what a replica has taken on.
// Invariant M3: a change of the voters is begun only while a majority of those that it leaves is in touch and holds what it acknowledged. So the
// removal of a healthy voter never leaves the shard to one that is dead or has lost its folder.
// Crash points: before the record is durable on a majority it may be cut, and the configuration before it counts again, everywhere where
// it is cut; a new leader that has it counts by it and commits it with its own no-op. A replica that was told its incarnation and crashes
// before that is saved is told again.
public sealed partial class ReplicaCore
{
    /// <summary>AppendConfiguration is with the owner.</summary>
    private bool _changing;

    /// <summary>No change on the leader's own account before this: the last record could not be appended.</summary>
    private long _changeNotBefore = long.MinValue;

    /// <summary>
    /// A new replica, as a learner under a new incarnation. With <paramref name="vote"/> it becomes a voter once it has caught up; that wish is part
    /// of the configuration and outlives this leader. For a learner that is a member already only the wish is added.
    /// </summary>
    public MembershipVerdict AddReplica(Guid node, bool vote, long now)
    {
        Configuration current = Configuration;
        if (current.IsVoter(node) || (current.TryFind(node, out _) && (!vote || current.IsPromoting(node))))
            return IsLeading ? MembershipVerdict.AlreadySo : MembershipVerdict.NotLeader;
        bool isMember = current.TryFind(node, out _);
        return Change(isMember ? current.WithPromise(node) : current.WithLearner(node, vote), now);
    }

    /// <summary>
    /// Makes a learner a voter. It must have caught up: within the last election timeout it ended a round, in which it took no longer than an
    /// election timeout to hold all that the leader had when the round began.
    /// </summary>
    public MembershipVerdict Promote(Guid node, long now)
    {
        if (!IsLeading)
            return MembershipVerdict.NotLeader;
        if (Configuration.IsVoter(node))
            return MembershipVerdict.AlreadySo;
        if (!Configuration.TryFind(node, out Member learner))
            return MembershipVerdict.NotAMember;
        return HasCaughtUp(learner, now) ? Change(Configuration.WithVoter(node), now) : MembershipVerdict.NotCaughtUp;
    }

    /// <summary>
    /// Removes a voter or learner. A leader may remove itself: it leads, without counting itself, until that is committed, and hands over.
    /// </summary>
    public MembershipVerdict Remove(Guid node, long now)
    {
        if (!IsLeading)
            return MembershipVerdict.NotLeader;
        if (!Configuration.TryFind(node, out _))
            return MembershipVerdict.NotAMember;
        if (Configuration.IsVoter(node) && Configuration.Voters.Length == 1)
            return MembershipVerdict.LastVoter;
        return Change(Configuration.Without(node), now);
    }

    /// <summary>Answer to AppendConfiguration: the record is not in the log. It is tried again later if the leader itself wanted it.</summary>
    public void ConfigurationRefused(long now)
    {
        _changing = false;
        _changeNotBefore = now + _settings.HeartbeatMicros;
        Finish();
    }

    /// <summary>M1.</summary>
    private MembershipVerdict MayChange()
    {
        if (!IsLeading)
            return MembershipVerdict.NotLeader;
        if (_transfer is not null)
            return MembershipVerdict.Transferring;
        if (_commit < _noOp && _settings.Planted != PlantedBug.ConfigurationBeforeNoOp)
            return MembershipVerdict.TermNotCommitted;
        // Under the planted error the inherited, uncommitted one is not looked at either, as in the report of 2015.
        bool pending = Configuration.Lsn > _commit && (Configuration.Lsn >= _noOp || _settings.Planted != PlantedBug.ConfigurationBeforeNoOp);
        return _changing || pending ? MembershipVerdict.ChangePending : MembershipVerdict.Started;
    }

    private MembershipVerdict Change(Configuration next, long now)
    {
        MembershipVerdict verdict = MayChange();
        if (verdict != MembershipVerdict.Started)
            return verdict;
        Unpark(now);
        if (!IsMajorityHeard(next, now) && _settings.Planted != PlantedBug.ConfigurationBeforeNoOp)
            return MembershipVerdict.NoMajorityHeard;
        _changing = true;
        ref Effect effect = ref _effects.Add(EffectKind.AppendConfiguration);
        effect.Term = _term;
        effect.Configuration = next;
        Finish();
        return verdict;
    }

    /// <summary>M3. A change that leaves the voters as they are needs nothing but their commit.</summary>
    private bool IsMajorityHeard(Configuration next, long now)
    {
        if (next.Voters.SequenceEqual(Configuration.Voters))
            return true;
        int heard = next.IsVoter(_self, _incarnation) ? 1 : 0;
        foreach (MemberProgress member in _members)
        {
            bool isHeard = member.Echo > 0 && now - member.Echo < _settings.ElectionTimeoutMicros;
            if (isHeard && !member.WantsRenewal && next.IsVoter(member.Member.Node, member.Member.Incarnation))
                heard++;
        }

        return heard >= next.Majority;
    }

    /// <summary>What the leader does on its own account: new incarnations for those who ask, then promotions.</summary>
    private void TryNextChange(long now)
    {
        if (_members.Length == 0 || now < _changeNotBefore || MayChange() != MembershipVerdict.Started)
            return;
        foreach (MemberProgress member in _members)
        {
            if (member.WantsRenewal)
            {
                Change(Configuration.WithRenewed(member.Member.Node), now);
                return;
            }
        }

        for (int i = 0; i < Configuration.Promoting; i++)
        {
            Member learner = Configuration.Learners[i];
            if (HasCaughtUp(learner, now))
            {
                Change(Configuration.WithVoter(learner.Node), now);
                return;
            }
        }
    }

    /// <summary>Rounds of catching up, as in Raft: a learner that falls behind for ever never ends a short one.</summary>
    private void NoteCatchUp(MemberProgress member, long now)
    {
        if (member.IsVoter || !IsLeading)
            return;
        if (!member.RoundTarget.IsNone && member.Durable >= member.RoundTarget)
        {
            if (now - member.RoundSince <= _settings.ElectionTimeoutMicros)
                member.CaughtUpAt = now;
            member.RoundTarget = Lsn.None;
            TryNextChange(now);
        }

        if (member.RoundTarget.IsNone)
            (member.RoundTarget, member.RoundSince) = (_last, now);
    }

    private bool HasCaughtUp(Member learner, long now) =>
        MemberOf(learner.Node, learner.Incarnation) is { CaughtUpAt: > long.MinValue } member
        && now - member.CaughtUpAt <= _settings.ElectionTimeoutMicros;

    /// <summary>R9: committed, so that whoever follows has the configuration without this replica.</summary>
    private void StepDownIfRemoved(long now)
    {
        if (Configuration.Lsn <= _commit && !Configuration.IsVoter(_self, _incarnation))
            HandOver(TransferReason.Removed, now);
    }

    private void TellCommittedConfiguration()
    {
        if (_configurations.CommitAdvanced(_commit))
            _effects.Add(EffectKind.ConfigurationCommitted).Configuration = _configurations.Committed;
    }

    /// <summary>A pull of a node that is no member, or is one in another incarnation.</summary>
    private void RefuseStranger(Guid from, in Pull pull, long now)
    {
        bool committed = Configuration.Lsn <= _commit;
        long issued = 0;
        if (Configuration.TryFind(from, out Member member))
        {
            // M2. What it had before is lost or was never given: a higher one is its own, the same one is not any more.
            if (member.Incarnation > Math.Abs(pull.Incarnation))
                issued = committed ? member.Incarnation : 0;
            else if (pull.Incarnation < 0)
                MarkForRenewal(from);
        }

        Refuse(from, in pull, PullOutcome.NotRegistered, issued);
        TryNextChange(now);
    }

    private void MarkForRenewal(Guid node)
    {
        foreach (MemberProgress member in _members)
            member.WantsRenewal |= member.Member.Node == node;
    }
}

using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Checks;

/// <summary>
/// Knows what no replica can know: everything that all of them did. After every step it holds them against
/// <list type="number">
/// <item>one leader per term;</item>
/// <item>logs are equal up to commit, and a new leader has everything that was committed;</item>
/// <item>the commit LSN of a process never goes back;</item>
/// <item>what is committed is durable on a majority; what is acknowledged is committed;</item>
/// <item>a vote of a term is given once and survives crashes; nothing of a term leaves before it is durable;</item>
/// <item>a vote, a term, a configuration, records of an answer: each taken only when its rule allows it;</item>
/// <item>an answer to who only looked is given by who still led when it looked;</item>
/// <item>timestamps of records never go back;</item>
/// <item>the committed keys are those of a replay up to commit, and a cut suffix leaves no trace in them.</item>
/// </list>
/// Each step costs what has changed in it.
/// </summary>
public sealed class ShardChecker(SimulatedWorld world, ShardGroup shard)
{
    private readonly Dictionary<Term, int> _leaders = [];

    /// <summary>In order; without those that were won when a higher term had its leader already.</summary>
    private readonly List<(Term Term, long Time)> _elections = [];

    private readonly Dictionary<(int Node, Term Term), Guid> _votes = [];
    private readonly List<RecordIdentity> _committed = [];

    /// <summary>For each committed record the term of the leader that committed it.</summary>
    private readonly List<Term> _committedIn = [];

    private readonly Lsn[] _commits = new Lsn[world.Nodes.Length];
    private readonly ReplicaState[] _promised = new ReplicaState[world.Nodes.Length];
    private readonly Term[] _terms = new Term[world.Nodes.Length];
    private readonly List<(int Key, long Value)> _beforeCut = [];

    /// <summary>What a node had durable and has cut.</summary>
    private readonly HashSet<(int Node, Lsn Lsn, RecordIdentity Identity)> _forgotten = [];

    private readonly HashSet<int> _seen = [];
    private readonly SessionChecker _sessions = new();

    /// <summary>Of the newest committed record.</summary>
    private long _timestamp;

    public Lsn Commit => new(_committed.Count);

    /// <summary>Leaders so far.</summary>
    public int Elections => _leaders.Count;

    public void Elected(ReplicaProcess process, Term term)
    {
        world.Coverage.Elections++;
        int node = process.Node.Index;
        if (!_leaders.TryAdd(term, node))
            Fail(process, $"nodes {_leaders[term]} and {node} both lead term {term}");
        if (_elections.Count == 0 || term > _elections[^1].Term)
            _elections.Add((term, world.Loop.Now));

        // A late winner of an old term need not know what a newer one has committed: it will never commit anything.
        Lsn known = Commit;
        while (!known.IsNone && _committedIn[(int)known.Value - 1] >= term)
            known -= 1;
        if (process.Store.Last < known || (known > process.Store.Base && process.Store.IdentityAt(known) != _committed[(int)known.Value - 1]))
            Fail(process, $"leads term {term} without record {known}, which is committed");
    }

    public void Committed(ReplicaProcess process, Lsn through)
    {
        Lsn from = _commits[process.Node.Index];
        if (through <= from)
            Fail(process, $"commit LSN {from} moves to {through}");
        _commits[process.Node.Index] = through;
        // R6: older records are committed by one of the own term behind them, never by counting.
        if (process.Core.IsLeading && process.Store.IdentityAt(through).Term != process.Core.Term)
            Fail(process, $"the leader of term {process.Core.Term} commits {through}, which is of term {process.Store.IdentityAt(through).Term}");
        for (Lsn lsn = from.Next; lsn <= through; lsn = lsn.Next)
            CheckCommitted(process, lsn);
        CheckKeys(process, from, through);
    }

    /// <summary>R7: whoever answers what it looked at still led when it looked, whether a round or a lease says so.</summary>
    public void ProvedToLead(ReplicaProcess process, Term term, long evaluatedAt)
    {
        for (int i = _elections.Count - 1; i >= 0 && _elections[i].Term > term; i--)
        {
            if (_elections[i].Time < evaluatedAt)
                Fail(process, $"answers what it looked up in term {term} at {evaluatedAt / 1e6:F6}; since {_elections[i].Time / 1e6:F6} there is a leader of term {_elections[i].Term}");
        }
    }

    /// <summary>R10, policy by policy.</summary>
    public void Acknowledged(ReplicaProcess process, Lsn lsn, RecordIdentity identity, WritePolicy policy)
    {
        world.Coverage.Acknowledged++;
        if (policy.WaitsForCommit && (lsn > Commit || _committed[(int)lsn.Value - 1] != identity))
            Fail(process, $"acknowledges record {lsn} under {policy.Kind}, which is not committed");
        int others = 0;
        int voters = 0;
        ulong regions = 0;
        bool own = process.Disk.IsDurable(lsn, identity);
        // Where no failover may lose the record, its holders still have it. Else they may have cut it for a new leader while their word was on its
        // way to one that stood still or was cut off: the promise is that so many had it.
        bool mayBeForgotten = !policy.SurvivesFailover(process.Core.Configuration.Voters.Length);
        foreach (SimulatedNode node in world.Nodes)
        {
            // Who held it may have been removed since, while the reply waited for a proof of leadership.
            if (!node.WasDurable(shard.Index, lsn, identity) && !(mayBeForgotten && _forgotten.Contains((node.Index, lsn, identity))))
                continue;
            regions |= 1UL << SimulatedWorld.RegionOf(node.Index);
            others += node != process.Node ? 1 : 0;
            voters += process.Core.Configuration.IsVoter(node.Id) ? 1 : 0;
        }

        bool fulfilled = true;
        switch (policy.Kind)
        {
            case Actors.Shards.CommitPolicy.Local:
                world.Coverage.AcknowledgedLocal++;
                fulfilled = own;
                break;
            case Actors.Shards.CommitPolicy.AckN:
                world.Coverage.AcknowledgedAckN++;
                fulfilled = own && others >= policy.Count;
                break;
            case Actors.Shards.CommitPolicy.All:
                world.Coverage.AcknowledgedAll++;
                fulfilled = voters >= process.Core.Configuration.Voters.Length;
                break;
            case Actors.Shards.CommitPolicy.Regions:
                world.Coverage.AcknowledgedRegions++;
                fulfilled = System.Numerics.BitOperations.PopCount(regions) >= policy.Count;
                break;
        }

        if (!fulfilled)
            Fail(process, $"acknowledges record {lsn} under {policy.Kind} {policy.Count}: own disk {own}, others {others}, regions {regions:b}");
    }

    public void AfterStep(ReplicaProcess process)
    {
        ReplicaCore core = process.Core;
        if (core.Last != process.Store.Last && !core.Stopped && !core.Cutting)
            Fail(process, $"the core ends at {core.Last}, the log at {process.Store.Last}");
        if (core.Last > process.Store.Base && !core.Stopped && !core.Cutting && core.LastTerm != process.Store.IdentityAt(core.Last).Term)
            Fail(process, $"record {core.Last} is of term {process.Store.IdentityAt(core.Last).Term}, the core believes {core.LastTerm}");
        ref Term term = ref _terms[process.Node.Index];
        if (core.Term < term)
            Fail(process, $"term {term} falls to {core.Term}");
        term = core.Term;
    }

    /// <summary>From now on it holds whatever happens.</summary>
    public void Promised(ReplicaProcess process, in ReplicaState state) => _promised[process.Node.Index] = state;

    /// <summary>S8: nothing that was committed here is taken back by a snapshot.</summary>
    public void Installed(ReplicaProcess process, Lsn snapshot)
    {
        ref Lsn commit = ref _commits[process.Node.Index];
        if (snapshot <= commit)
            Fail(process, $"installs a snapshot at {snapshot} although it has committed {commit}");
        if (snapshot > Commit || process.Store.Last != snapshot || _committed[(int)snapshot.Value - 1] != process.Store.IdentityAt(snapshot))
            Fail(process, $"installs a snapshot at {snapshot} of what was never committed");
        commit = snapshot;
        CheckKeys(process, process.Store.Base, snapshot);
        _sessions.CheckTable(process, snapshot, what => Fail(process, what));
    }

    public void Started(ReplicaProcess process, in ReplicaState state)
    {
        ReplicaState promised = _promised[process.Node.Index];
        if (state.Term < promised.Term || (state.Term == promised.Term && promised.Vote is { } vote && state.Vote != vote))
            Fail(process, $"starts in {state.Term} voted {SimulatedWorld.NameOf(state.Vote)}; it had promised {promised.Term} voted {SimulatedWorld.NameOf(promised.Vote)}");
        Lsn commit = process.Core.Commit;
        _commits[process.Node.Index] = commit;
        if (commit > Commit)
            Fail(process, $"recovers commit LSN {commit}, but only {Commit} is committed");
        for (Lsn lsn = process.Store.Recovery.First; lsn <= commit; lsn = lsn.Next)
            CheckCommitted(process, lsn);
        CheckKeys(process, process.Store.Recovery.First - 1, commit);
        _sessions.CheckTable(process, commit, what => Fail(process, what));
    }

    public void Crashed(SimulatedNode node) => _terms[node.Index] = node.Machine.StateOf(shard.Index)?.Term ?? Term.None;

    /// <summary>Remembers what the keys that the cut touches were before its suffix, and what was durable.</summary>
    public void BeforeCut(ReplicaProcess process, Lsn keep)
    {
        BeforeForgetting(process, keep);
        _beforeCut.Clear();
        for (Lsn lsn = process.Store.Last; lsn > keep; lsn -= 1)
        {
            if (!process.Store.TryGetChange(lsn, out int key, out _) || _beforeCut.Exists(k => k.Key == key))
                continue;
            long value = process.Store.FindCommitted(key);
            for (Lsn before = process.Core.Commit.Next; before <= keep; before = before.Next)
            {
                if (process.Store.TryGetChange(before, out int other, out long changed) && other == key)
                    value = changed;
            }

            _beforeCut.Add((key, value));
        }
    }

    /// <summary>A cut, or a snapshot in place of the log: what follows is not committed.</summary>
    public void BeforeForgetting(ReplicaProcess process, Lsn keep)
    {
        for (Lsn lsn = process.Store.Last; lsn > keep; lsn -= 1)
        {
            RecordIdentity identity = process.Store.IdentityAt(lsn);
            if (process.Disk.IsDurable(lsn, identity))
                _forgotten.Add((process.Node.Index, lsn, identity));
        }
    }

    public void AfterCut(ReplicaProcess process, Lsn keep)
    {
        foreach ((int key, long value) in _beforeCut)
        {
            KeyView view = process.Store.Find(key);
            if (view.Value != value || view.Pending > keep)
                Fail(process, $"after the cut to {keep} key {key} is {view.Value} by record {view.Pending}, not {value}");
        }
    }

    /// <summary>R1: a vote of a term, once durable, stays.</summary>
    public void Promises(ReplicaProcess process, in ReplicaState state)
    {
        ReplicaState durable = process.Node.Machine.StateOf(shard.Index)!.Value;
        if (state.Term < durable.Term || (state.Term == durable.Term && durable.Vote is { } vote && state.Vote != vote))
            Fail(process, $"term {durable.Term} voted {SimulatedWorld.NameOf(durable.Vote)} becomes term {state.Term} voted {SimulatedWorld.NameOf(state.Vote)}");
    }

    /// <summary>R9: one change at a time, and the first only behind a committed record of the own term.</summary>
    public void Configures(ReplicaProcess process, Lsn lsn)
    {
        Lsn commit = process.Core.Commit;
        Lsn previous = process.Core.Configuration.Lsn;
        if (previous > commit)
            Fail(process, $"changes its configuration at {lsn} while that of {previous} is not committed");
        if (commit.IsNone || process.Store.IdentityAt(commit).Term != process.Core.Term)
            Fail(process, $"changes its configuration at {lsn} before it has committed anything in term {process.Core.Term}");
    }

    /// <summary>R4: records are taken only from the answer to the newest pull, of the current term, where the log ends.</summary>
    public void Takes(ReplicaProcess process, in PullAnswer answer, in Pull newest)
    {
        if (answer.Term != process.Core.Term || answer.Number != newest.Number || answer.After != process.Store.Last)
            Fail(process, $"takes records after {answer.After} of term {answer.Term} by pull {answer.Number}; its log ends at {process.Store.Last}, its term is {process.Core.Term}, its pull {newest.Number}");
    }

    public void Sends(ReplicaProcess process, Term term)
    {
        Term durable = process.Node.Machine.StateOf(shard.Index)!.Value.Term;
        if (term > durable)
            Fail(process, $"sends something of term {term} while only {durable} is durable");
    }

    public void Sends(ReplicaProcess process, in VoteRequest request)
    {
        Sends(process, request.Term);
        if (!request.PreVote)
            Vote(process, request.Term, process.Node.Id);
    }

    public void Sends(ReplicaProcess process, Guid to, in VoteReply reply)
    {
        Sends(process, reply.Term);
        if (reply is { PreVote: false, Granted: true })
            Vote(process, reply.Term, to);
    }

    private void Vote(ReplicaProcess process, Term term, Guid candidate)
    {
        ReplicaState durable = process.Node.Machine.StateOf(shard.Index)!.Value;
        if (durable.Term != term || durable.Vote != candidate)
            Fail(process, $"shows a vote in term {term} that is not durable");
        if (!_votes.TryAdd((process.Node.Index, term), candidate) && _votes[(process.Node.Index, term)] != candidate)
            Fail(process, $"votes twice in term {term}");
    }

    private void CheckCommitted(ReplicaProcess process, Lsn lsn)
    {
        RecordIdentity identity = process.Store.IdentityAt(lsn);
        if (lsn <= Commit)
        {
            if (_committed[(int)lsn.Value - 1] != identity)
                Fail(process, $"another record is committed at {lsn}");
            return;
        }

        int durable = 0;
        Configuration configuration = process.Core.Configuration;
        foreach (Member voter in configuration.Voters)
        {
            SimulatedNode node = world.Nodes[SimulatedWorld.IndexOf(voter.Node)];
            if (node.WasDurable(shard.Index, voter.Incarnation, lsn, identity))
                durable++;
        }

        if (durable < configuration.Majority)
            Fail(process, $"commits {lsn}, which is durable on {durable} of {configuration.Voters.Length} voters");
        SessionMark stamp = process.Store.StampAt(lsn);
        if (stamp.IsPresent)
            _sessions.Committed(lsn, stamp, what => Fail(process, what));
        long timestamp = process.Store.TimestampAt(lsn);
        if (timestamp < _timestamp)
            Fail(process, $"record {lsn} is of time {timestamp}, the one before it of {_timestamp}");
        _timestamp = timestamp;
        shard.Expiries.Committed(lsn, identity);
        _committed.Add(identity);
        _committedIn.Add(process.Core.Term);
    }

    /// <summary>The keys that records from behind <paramref name="from"/> to <paramref name="through"/> change have their newest value.</summary>
    private void CheckKeys(ReplicaProcess process, Lsn from, Lsn through)
    {
        _seen.Clear();
        for (Lsn lsn = through; lsn > from; lsn -= 1)
        {
            if (process.Store.TryGetChange(lsn, out int key, out long value) && _seen.Add(key) && process.Store.FindCommitted(key) != value)
                Fail(process, $"key {key} is {process.Store.FindCommitted(key)}, but {value} by the committed record {lsn}");
        }
    }

    private void Fail(ReplicaProcess process, string what) => world.Fail($"shard {shard.Index}, node {process.Node.Index}: {what}");
}

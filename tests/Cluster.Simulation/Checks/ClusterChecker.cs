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
/// <item>a vote of a term is given once and survives crashes; nothing of a term leaves before it is durable.</item>
/// </list>
/// </summary>
public sealed class ClusterChecker(SimulatedCluster simulation)
{
    private readonly Dictionary<Term, int> _leaders = [];
    private readonly Dictionary<(int Node, Term Term), Guid> _votes = [];
    private readonly List<RecordIdentity> _committed = [];

    /// <summary>For each committed record the term of the leader that committed it.</summary>
    private readonly List<Term> _committedIn = [];

    private readonly Lsn[] _commits = new Lsn[simulation.Nodes.Length];
    private readonly Term[] _terms = new Term[simulation.Nodes.Length];

    public Lsn Commit => new(_committed.Count);

    public void Elected(SimulatedNode node, ReplicaProcess process, Term term)
    {
        simulation.Coverage.Elections++;
        if (!_leaders.TryAdd(term, node.Index))
            simulation.Fail($"nodes {_leaders[term]} and {node.Index} both lead term {term}");

        // A late winner of an old term need not know what a newer one has committed: it will never commit anything.
        Lsn known = Commit;
        while (!known.IsNone && _committedIn[(int)known.Value - 1] >= term)
            known -= 1;
        if (process.Store.Last < known || (!known.IsNone && process.Store.IdentityAt(known) != _committed[(int)known.Value - 1]))
            simulation.Fail($"node {node.Index} leads term {term} without record {known}, which is committed");
    }

    public void Committed(SimulatedNode node, ReplicaProcess process, Lsn through)
    {
        Lsn from = _commits[node.Index];
        if (through <= from)
            simulation.Fail($"node {node.Index}: commit LSN {from} moves to {through}");
        _commits[node.Index] = through;
        for (Lsn lsn = from.Next; lsn <= through; lsn = lsn.Next)
            CheckCommitted(node, process, lsn);
    }

    public void Acknowledged(SimulatedNode node, Lsn lsn, RecordIdentity identity)
    {
        simulation.Coverage.Acknowledged++;
        if (lsn > Commit || _committed[(int)lsn.Value - 1] != identity)
            simulation.Fail($"node {node.Index} acknowledges record {lsn}, which is not committed");
    }

    public void AfterStep(SimulatedNode node, ReplicaProcess process)
    {
        ReplicaCore core = process.Core;
        if (core.Last != process.Store.Last && !core.Stopped && !core.Cutting)
            simulation.Fail($"node {node.Index}: the core ends at {core.Last}, the log at {process.Store.Last}");
        if (core.Term < _terms[node.Index])
            simulation.Fail($"node {node.Index}: term {_terms[node.Index]} falls to {core.Term}");
        _terms[node.Index] = core.Term;
    }

    public void Started(SimulatedNode node, ReplicaProcess process)
    {
        _commits[node.Index] = process.Core.Commit;
        if (process.Core.Commit > Commit)
            simulation.Fail($"node {node.Index} recovers commit LSN {process.Core.Commit}, but only {Commit} is committed");
        for (Lsn lsn = Lsn.First; lsn <= process.Core.Commit; lsn = lsn.Next)
            CheckCommitted(node, process, lsn);
    }

    public void Crashed(SimulatedNode node) => _terms[node.Index] = node.State.Durable.Term;

    public void Sends(SimulatedNode node, Term term)
    {
        if (term > node.State.Durable.Term)
            simulation.Fail($"node {node.Index} sends something of term {term} while only {node.State.Durable.Term} is durable");
    }

    public void Sends(SimulatedNode node, in VoteRequest request)
    {
        Sends(node, request.Term);
        if (!request.PreVote)
            Vote(node, request.Term, node.Id);
    }

    public void Sends(SimulatedNode node, Guid to, in VoteReply reply)
    {
        Sends(node, reply.Term);
        if (reply is { PreVote: false, Granted: true })
            Vote(node, reply.Term, to);
    }

    private void Vote(SimulatedNode node, Term term, Guid candidate)
    {
        if (node.State.Durable.Term != term || node.State.Durable.Vote != candidate)
            simulation.Fail($"node {node.Index} shows a vote in term {term} that is not durable");
        if (!_votes.TryAdd((node.Index, term), candidate) && _votes[(node.Index, term)] != candidate)
            simulation.Fail($"node {node.Index} votes twice in term {term}");
    }

    private void CheckCommitted(SimulatedNode node, ReplicaProcess process, Lsn lsn)
    {
        RecordIdentity identity = process.Store.IdentityAt(lsn);
        if (lsn <= Commit)
        {
            if (_committed[(int)lsn.Value - 1] != identity)
                simulation.Fail($"node {node.Index}: another record is committed at {lsn}");
            return;
        }

        int durable = simulation.Nodes.Count(other => other.Disk.IsDurable(lsn, identity));
        if (durable <= simulation.Nodes.Length / 2)
            simulation.Fail($"node {node.Index} commits {lsn}, which is durable on {durable} of {simulation.Nodes.Length} nodes");
        _committed.Add(identity);
        _committedIn.Add(process.Core.Term);
    }
}

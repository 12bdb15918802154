using Cluster.Simulation.Replicas;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Clients;

/// <summary>One operation at a time. A definite refusal is retried, anything else is not: it may have happened.</summary>
public sealed class SimulatedClient(SimulatedCluster simulation, ClientPool pool, SimulationRandom random)
{
    private const long AnswerTimeout = 1_500_000;
    private const long ImpatientTimeout = 150_000;
    private const long RetryFor = 3_000_000;
    private const int CalmOperations = 5;

    private int _target = -1;
    private long _attempt;
    private bool _mayHaveHappened;
    private int _calmAnswers;

    public Operation? Current { get; private set; }

    public bool Idle => Current == null;

    public bool ServedSinceCalm => _calmAnswers >= CalmOperations;

    public void Begin() => simulation.Loop.After(random.Around(20_000), Next);

    public void Answered(Operation operation, long attempt, long result)
    {
        if (!IsCurrent(operation, attempt))
            return;
        operation.Complete(Outcome.Ok, result, simulation.Loop.Now);
        pool.NoteServed();
        if (operation.InvokedAt >= pool.CalmSince)
            _calmAnswers++;
        Finish();
    }

    public void Refused(Operation operation, long attempt, Guid? leader)
    {
        if (!IsCurrent(operation, attempt))
            return;
        simulation.Trace(null, $"client: {operation} refused by {_target}, hint {simulation.NameOf(leader)}");
        _attempt++;
        _target = leader is { } hint ? simulation.IndexOf(hint) : -1;
        if (simulation.Loop.Now - operation.InvokedAt < RetryFor)
        {
            simulation.Loop.After(random.Around(10_000), Send);
            return;
        }

        operation.Complete(_mayHaveHappened ? Outcome.Unknown : Outcome.Refused, 0, simulation.Loop.Now);
        Finish();
    }

    public void Uncertain(Operation operation, long attempt)
    {
        if (!IsCurrent(operation, attempt))
            return;
        operation.Complete(Outcome.Unknown, 0, simulation.Loop.Now);
        Finish();
    }

    private bool IsCurrent(Operation operation, long attempt) => Current == operation && attempt == _attempt;

    private void Next()
    {
        if (pool.Calm && ServedSinceCalm)
            return;
        _mayHaveHappened = false;
        Current = pool.NewOperation();
        Send();
    }

    private void Finish()
    {
        simulation.Trace(null, $"client: {Current}");
        if (Current!.Outcome == Outcome.Unknown)
            simulation.Coverage.Unknown++;
        else if (Current.Outcome == Outcome.Refused)
            simulation.Coverage.Refused++;
        _attempt++;
        Current = null;
        simulation.Loop.After(random.Around(15_000), Next);
    }

    private void Send()
    {
        Operation operation = Current!;
        long attempt = _attempt;
        if (_target < 0 || random.Chance(0.02))
            _target = random.Below(simulation.Nodes.Length);
        SimulatedNode node = simulation.Nodes[_target];
        simulation.Loop.After(50 + random.Around(150), () =>
        {
            if (node.Process == null)
                Refused(operation, attempt, null); // Nobody listens: definitely not received.
            else
                node.Give(p => p.Evaluate(operation, attempt));
        });
        simulation.Loop.After(random.Chance(0.4) ? ImpatientTimeout : AnswerTimeout, () =>
        {
            _target = IsCurrent(operation, attempt) ? -1 : _target;
            Uncertain(operation, attempt);
        });
    }
}

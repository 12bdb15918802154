using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Clients;

/// <summary>One operation at a time. A definite refusal is retried, anything else is not: it may have happened.</summary>
public sealed class SimulatedClient(SimulatedWorld world, ClientPool pool, SimulationRandom random)
{
    private sealed class NextOperation(SimulatedClient client, int version) : SimulationEvent
    {
        public override void Run()
        {
            if (version == client._thinking)
                client.Next();
        }
    }

    private sealed class Retry(SimulatedClient client, Operation operation, long attempt) : SimulationEvent
    {
        public override void Run()
        {
            if (client.IsCurrent(operation, attempt))
                client.Send();
        }
    }

    private sealed class Impatience(SimulatedClient client, Operation operation, long attempt) : SimulationEvent
    {
        public override void Run()
        {
            if (client.IsCurrent(operation, attempt))
                client.GiveUp();
        }
    }

    private const long AnswerTimeout = 1_500_000;
    private const long ImpatientTimeout = 150_000;
    private const long RetryFor = 3_000_000;

    /// <summary>Where it believes each shard's leader to be; -1: no idea.</summary>
    private readonly int[] _targets = NoTargets(world.Shards.Length);

    private readonly int[] _calmAnswers = new int[world.Shards.Length];
    private long _attempt;
    private int _thinking;
    private bool _mayHaveHappened;
    private readonly bool _hasSessions = world.HasSessions && random.Chance(0.6);
    private readonly SessionStamp[] _sessions = new SessionStamp[world.Shards.Length];

    public Operation? Current { get; private set; }

    public bool Idle => Current == null;

    /// <summary>Operations on every shard were answered since faults stopped.</summary>
    public bool ServedSinceCalm(int shard) => _calmAnswers[shard] >= ClientPool.CalmOperations;

    public void Begin() => ThinkFor(random.Around(50_000));

    /// <summary>Something is going on: do not wait as long as planned.</summary>
    public void Wake()
    {
        if (Idle)
            ThinkFor(random.Around(10_000));
    }

    /// <summary>A write that may be lost stays open for ever: it was seen by nobody if it is.</summary>
    public void Answered(ClientRequest request, long result, bool mayBeLost)
    {
        if (!IsCurrent(request.Operation, request.Attempt))
            return;
        request.Operation.Complete(mayBeLost ? Outcome.Unknown : Outcome.Ok, result, world.Loop.Now);
        pool.NoteServed(request.Operation.Shard);
        if (request.Operation.InvokedAt >= pool.CalmSince)
            _calmAnswers[request.Operation.Shard]++;
        Finish();
    }

    public void Refused(ClientRequest request, Guid? leader)
    {
        Operation operation = request.Operation;
        if (!IsCurrent(operation, request.Attempt))
            return;
        world.Trace($"client: {operation} refused by {_targets[operation.Shard]}, hint {SimulatedWorld.NameOf(leader)}");
        _attempt++;
        _targets[operation.Shard] = leader is { } hint ? SimulatedWorld.IndexOf(hint) : -1;
        if (world.Loop.Now - operation.InvokedAt < RetryFor)
        {
            world.Loop.After(random.Around(15_000), new Retry(this, operation, _attempt));
            return;
        }

        if (_mayHaveHappened)
        {
            LeaveOpen();
            return;
        }

        operation.Complete(Outcome.Refused, 0, world.Loop.Now);
        world.Coverage.Refused++;
        // What was never appended leaves its sequence to the next.
        if (operation.Stamp.IsPresent)
            _sessions[operation.Shard] = operation.Stamp with { Sequence = operation.Stamp.Sequence - 1 };
        Finish();
    }

    public void NeverKnown(ClientRequest request)
    {
        if (IsCurrent(request.Operation, request.Attempt))
            LeaveOpen();
    }

    public void Uncertain(ClientRequest request)
    {
        if (IsCurrent(request.Operation, request.Attempt))
            TryAgain();
    }

    private bool IsCurrent(Operation operation, long attempt) => Current == operation && attempt == _attempt;

    private void GiveUp()
    {
        _targets[Current!.Shard] = -1;
        TryAgain();
    }

    /// <summary>It may have happened: only who has a session may ask again.</summary>
    private void TryAgain()
    {
        _mayHaveHappened = true;
        if (!Current!.Stamp.IsPresent || world.Loop.Now - Current.InvokedAt >= RetryFor)
        {
            LeaveOpen();
            return;
        }

        world.Coverage.SessionRetries++;
        _attempt++;
        world.Loop.After(random.Around(15_000), new Retry(this, Current, _attempt));
    }

    private void LeaveOpen()
    {
        Current!.Complete(Outcome.Unknown, 0, world.Loop.Now);
        world.Coverage.Unknown++;
        // Whether its sequence was used nobody knows: the next one is the first of a new session.
        _sessions[Current.Shard] = SessionStamp.None;
        Finish();
    }

    private void Next()
    {
        if (pool.NewOperation(this, random) is not { } operation)
            return; // Its work is done.
        Current = operation;
        _mayHaveHappened = false;
        if (_hasSessions && operation.Kind != OperationKind.Get && operation.Policy.WaitsForCommit)
            operation.Stamp = NextStamp(operation.Shard);
        Send();
    }

    private SessionStamp NextStamp(int shard)
    {
        ref SessionStamp session = ref _sessions[shard];
        if (!session.IsPresent)
            session = new SessionStamp(SessionId.Create(SimulatedWorld.EpochMicros + world.Loop.Now, random.Next()), 0);
        return session = session with { Sequence = session.Sequence + 1 };
    }

    private void Finish()
    {
        world.Trace($"client: {Current}");
        _attempt++;
        Current = null;
        ThinkFor(random.Around(pool.ThinkMicros));
    }

    private void ThinkFor(long micros) => world.Loop.After(micros + pool.RestMicros, new NextOperation(this, ++_thinking));

    private void Send()
    {
        Operation operation = Current!;
        ref int target = ref _targets[operation.Shard];
        if (target < 0 || random.Chance(0.02))
            target = random.Below(world.Nodes.Length);
        // A read goes astray at times: to whom it should find no answer, or to a leader of the past.
        int asked = operation.Kind == OperationKind.Get && random.Chance(0.25) ? random.Below(world.Nodes.Length) : target;
        world.Loop.After(50 + random.Around(150), new ClientRequest(world, this, operation, _attempt, asked));
        world.Loop.After(random.Chance(0.4) ? ImpatientTimeout : AnswerTimeout, new Impatience(this, operation, _attempt));
    }

    private static int[] NoTargets(int shards)
    {
        int[] targets = new int[shards];
        Array.Fill(targets, -1);
        return targets;
    }
}

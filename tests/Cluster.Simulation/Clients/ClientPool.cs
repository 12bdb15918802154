using Cluster.Simulation.Checks;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Clients;

/// <summary>
/// All clients and their common history. Few keys at a time, so that they meet; a key with many operations is retired, so that its
/// history stays searchable.
/// </summary>
public sealed class ClientPool
{
    private const int KeysAtOnce = 4;
    private const int NoiseKey = int.MaxValue;
    private const int OperationsPerKey = 90;

    private readonly SimulatedCluster _simulation;
    private readonly SimulationRandom _random;
    private readonly SimulatedClient[] _clients;
    private readonly long _noiseMean;
    private readonly List<Operation> _history = [];
    private readonly Dictionary<int, int> _perKey = [];
    private readonly int[] _keys = new int[KeysAtOnce];
    private int _lastKey;
    private long _lastOperation;
    private long _servedAt;

    public ClientPool(SimulatedCluster simulation, SimulationRandom random, int clients)
    {
        _simulation = simulation;
        _random = random;
        _noiseMean = random.Between(3_000, 60_000);
        for (int i = 0; i < KeysAtOnce; i++)
            _keys[i] = ++_lastKey;
        _clients = [.. Enumerable.Range(0, clients).Select(_ => new SimulatedClient(simulation, this, random.Fork()))];
    }

    public bool Calm { get; private set; }

    public long CalmSince { get; private set; } = long.MaxValue;

    /// <summary>Longest time without any answer to any client, once there was one.</summary>
    public long LongestPause { get; private set; }

    public bool AllIdle => Array.TrueForAll(_clients, c => c.Idle);

    public bool AllServedSinceCalm => Array.TrueForAll(_clients, c => c.ServedSinceCalm);

    public void Start()
    {
        foreach (SimulatedClient client in _clients)
            client.Begin();
        _simulation.Loop.After(_random.Around(_noiseMean), Noise);
    }

    /// <summary>
    /// Writes that nobody waits for, to whoever believes that it leads: they give a leader that has lost its followers a tail of its own.
    /// </summary>
    private void Noise()
    {
        if (Calm)
            return;
        long id = ++_lastOperation;
        _simulation.Nodes[_random.Below(_simulation.Nodes.Length)].Give(p => p.AppendNoise(NoiseKey, id));
        _simulation.Loop.After(_random.Around(_noiseMean), Noise);
    }

    /// <summary>Faults have stopped: every client does a few more operations and then rests.</summary>
    public void CalmDown()
    {
        Calm = true;
        CalmSince = _simulation.Loop.Now;
    }

    public void NoteServed()
    {
        if (_servedAt > 0)
            LongestPause = Math.Max(LongestPause, _simulation.Loop.Now - _servedAt);
        _servedAt = _simulation.Loop.Now;
    }

    public void Answered(Operation operation, long attempt, long result) => Reply(operation, c => c.Answered(operation, attempt, result));

    public void Refused(Operation operation, long attempt, Guid? leader) => Reply(operation, c => c.Refused(operation, attempt, leader));

    public void Uncertain(Operation operation, long attempt) => Reply(operation, c => c.Uncertain(operation, attempt));

    public Operation NewOperation()
    {
        _simulation.Coverage.Operations++;
        int at = _random.Below(KeysAtOnce);
        int key = _keys[at];
        int used = _perKey[key] = _perKey.GetValueOrDefault(key) + 1;
        if (used == OperationsPerKey)
            _keys[at] = ++_lastKey;
        OperationKind kind = _random.Below(10) switch
        {
            < 3 => OperationKind.Get,
            < 5 => OperationKind.Set,
            < 8 => OperationKind.SetIfAbsent,
            _ => OperationKind.Delete,
        };
        long id = ++_lastOperation;
        var operation = new Operation(id, kind, key, id, _simulation.Loop.Now);
        _history.Add(operation);
        return operation;
    }

    /// <summary>Every key's history must be that of one register.</summary>
    public void CheckHistory()
    {
        foreach (IGrouping<int, Operation> key in _history.Where(o => o.Outcome != Outcome.Refused).GroupBy(o => o.Key))
        {
            List<Operation> operations = [.. key];
            if (!LinearizabilityChecker.IsLinearizable(operations))
                Report(key.Key, operations);
        }
    }

    public SimulatedClient OwnerOf(Operation operation) => Array.Find(_clients, c => c.Current == operation)!;

    private void Report(int key, List<Operation> operations)
    {
        long end = LinearizabilityChecker.FirstBadMoment(operations);
        IEnumerable<Operation> prefix = operations.Where(o => o.InvokedAt <= end).OrderBy(o => o.InvokedAt);
        _simulation.Fail($"the history of key {key} is not linearizable; shortest bad prefix, until {end / 1e6:F6}:\n  {string.Join("\n  ", prefix)}");
    }

    private void Reply(Operation operation, Action<SimulatedClient> tell) =>
        _simulation.Loop.After(50 + _random.Around(150), () =>
        {
            if (OwnerOf(operation) is { } client)
                tell(client);
        });
}

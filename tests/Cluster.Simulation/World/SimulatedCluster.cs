using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Checks;
using Cluster.Simulation.Clients;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

/// <summary>
/// A whole shard group in one thread: replicas with the real core, disks, network, clients, faults and checkers, in virtual time.
/// One seed is one run, to the last bit.
/// </summary>
public sealed class SimulatedCluster : IDisposable
{
    private readonly SimulationOptions _options;
    private readonly FaultPlan _faults;

    public SimulatedCluster(SimulationOptions options)
    {
        _options = options;
        Random = new SimulationRandom(options.Seed * 0x2545F4914F6CDD1D + 1);
        int replicas = options.Replicas > 0 ? options.Replicas : Random.Chance(0.75) ? 3 : 5;
        Settings = new ReplicaSettings { AnswerBytesMax = 4096, TimelineEntriesMax = Random.Chance(0.3) ? 2 : 1024, Planted = options.Planted };
        Configuration = new Configuration(default, [.. Enumerable.Range(0, replicas).Select(i => new Member(NodeId(i), 1))], []);
        Network = new Network(Loop, Random.Fork(), replicas);
        Nodes = new SimulatedNode[replicas];
        Checker = new ClusterChecker(this);
        for (int i = 0; i < replicas; i++)
        {
            var model = new DiskModel(Random.Fork());
            Nodes[i] = NewNode(i, model);
        }

        Clients = new ClientPool(this, Random.Fork(), options.Clients);
        _faults = new FaultPlan(this, Random.Fork());
    }

    public EventLoop Loop { get; } = new();

    public SimulationRandom Random { get; }

    public ReplicaSettings Settings { get; }

    public Configuration Configuration { get; }

    public Network Network { get; }

    public SimulatedNode[] Nodes { get; }

    public ClusterChecker Checker { get; }

    public ClientPool Clients { get; }

    public Coverage Coverage { get; } = new();

    public long MeanFaultPause => _options.MeanPause;

    public Scenario Scenario => _options.Scenario;

    /// <summary>Differs if two runs differ anywhere.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    public bool Tracing => _options.Trace != null;

    /// <summary>Runs everything; throws <see cref="SimulationFailedException"/> at the first violation.</summary>
    public Coverage Run()
    {
        try
        {
            foreach (SimulatedNode node in Nodes)
                Loop.After(Random.Between(0, 500_000), node.Start);
            Clients.Start();
            _faults.Begin(_options.FaultMicros);
            RunUntil(_options.FaultMicros);
            _faults.End();
            Clients.CalmDown();
            RunUntilRecovered(_options.FaultMicros + _options.RecoveryMicros);
            Clients.CheckHistory();
        }
        catch (Exception error) when (error is not SimulationFailedException)
        {
            throw new SimulationFailedException(_options.Seed, Loop.Now, error.Message, error);
        }

        Coverage.Events = Loop.Executed;
        return Coverage;
    }

    public void Fail(string what) => throw new SimulationFailedException(_options.Seed, Loop.Now, what);

    /// <summary>Costs nothing unless a trace is wanted.</summary>
    public void Trace(SimulatedNode? node, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] ref TraceText text)
    {
        if (_options.Trace != null)
            _options.Trace($"{Loop.Now / 1e6,10:F6} {(node == null ? "      " : $"node {node.Index}")} {text.ToStringAndClear()}");
    }

    public Guid NodeId(int index) => new(index + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public int IndexOf(Guid node) => BitConverter.ToInt32(node.ToByteArray()) - 1;

    public string NameOf(Guid? node) => node is { } id ? IndexOf(id).ToString() : "-";

    public void Dispose()
    {
        foreach (SimulatedNode node in Nodes)
            (node.Disk as IDisposable)?.Dispose();
    }

    private SimulatedNode NewNode(int index, DiskModel model)
    {
        if (!_options.RealStorage)
            return new SimulatedNode(this, index, new MemoryDisk(Loop, model), model, new MemoryStateDisk(Loop, model, new ReplicaState(default, null, 1)));
        var disk = new RealDisk(this, Loop, model, index);
        return new SimulatedNode(this, index, disk, model, disk);
    }

    private void RunUntil(long until)
    {
        while (Loop.RunNext(until))
            Mix();
    }

    private void RunUntilRecovered(long deadline)
    {
        while (Loop.Now < deadline)
        {
            RunUntil(Math.Min(deadline, Loop.Now + 100_000));
            if (Clients.AllServedSinceCalm && Clients.AllIdle && HasConverged())
                return;
        }

        Fail($"no recovery within {_options.RecoveryMicros / 1e6} s after faults stopped: {Describe()}");
    }

    /// <summary>One leader, and every replica has all of its log, durable and committed.</summary>
    private bool HasConverged()
    {
        ReplicaCore? leader = Nodes.Select(n => n.Process?.Core).FirstOrDefault(c => c is { CanAppend: true });
        return leader != null && Nodes.All(n => n.Process is { } process
            && process.Core.Leader == leader.Leader && process.Core.Term == leader.Term
            && process.Core.Last == leader.Last && process.Core.Commit == leader.Last && process.Core.Flushed == leader.Last);
    }

    private string Describe() => string.Join("; ", Nodes.Select(n => n.Process is { Core: var core }
        ? $"node {n.Index} {core.Role} term {core.Term} leader {NameOf(core.Leader)} last {core.Last} flushed {core.Flushed} commit {core.Commit}{(core.Stopped ? " stopped" : "")}"
        : $"node {n.Index} down"))
        + $"; clients served {Clients.AllServedSinceCalm}, idle {Clients.AllIdle}";

    private void Mix()
    {
        ulong state = (ulong)Loop.Now;
        foreach (SimulatedNode node in Nodes)
        {
            if (node.Process is { Core: var core })
                state = state * 31 + (ulong)(core.Last.Value * 7 + core.Commit.Value * 3 + core.Term.Value * 131 + (int)core.Role);
        }

        Fingerprint = (Fingerprint ^ state) * 1099511628211;
    }
}

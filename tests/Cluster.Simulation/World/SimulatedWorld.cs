using System.Runtime.CompilerServices;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Checks;
using Cluster.Simulation.Clients;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

/// <summary>
/// A whole cluster in one thread: nodes that hold replicas of several shards, with the real core; disks, network, clocks, clients, faults
/// and checkers, in virtual time. One seed is one run, to the last bit.
/// </summary>
public sealed class SimulatedWorld : IDisposable
{
    private readonly SimulationOptions _options;
    private readonly FaultPlan _faults;

    public SimulatedWorld(SimulationOptions options)
    {
        _options = options;
        Random = new SimulationRandom(options.Seed * 0x2545F4914F6CDD1D + 1);
        int replicas = options.Replicas > 0 ? options.Replicas : Random.Chance(0.75) ? 3 : 5;
        int shards = options.Shards > 0 ? options.Shards : (int)Random.Between(1, 3);
        Settings = new ReplicaSettings
        {
            AnswerBytesMax = 4096,
            TimelineEntriesMax = Random.Chance(0.3) ? 2 : 1024,
            Reads = options.Reads ?? (Random.Chance(0.5) ? ReadMode.Lease : ReadMode.Quorum),
            Planted = options.Planted,
        };
        // From numbers of its own: what else a seed draws is the same with and without.
        var parking = new SimulationRandom(options.Seed * 0x9E3779B97F4A7C15 + 7);
        ParkAfter = options.Parks ?? (options.Scenario == Scenario.Anything && parking.Chance(0.5)) ? parking.Between(30_000, 500_000) : 0;
        Replicas = replicas;
        Clocks = new ClockChecker(this);
        Nodes = new SimulatedNode[replicas + (options.Spares >= 0 ? options.Spares : (int)Random.Between(0, 2))];
        Shards = new ShardGroup[shards];
        var regions = new Dictionary<Guid, int>();
        for (int i = 0; i < Nodes.Length; i++)
            regions[NodeId(i)] = RegionOf(i);
        Regions = regions;
        Network = new Network(this, Random.Fork(), Nodes.Length);
        for (int i = 0; i < Nodes.Length; i++)
        {
            var model = new DiskModel(Loop, Random.Fork()) { Planted = options.Planted };
            IMachine machine = options.RealStorage ? new RealMachine(this, model, i) : new MemoryMachine(Loop, model);
            Nodes[i] = new SimulatedNode(this, i, machine, model, shards);
        }

        for (int i = 0; i < shards; i++)
            Shards[i] = NewShard(i, replicas);
        Clients = new ClientPool(this, Random.Fork(), options.Clients);
        bool releases = Random.Chance(0.7);
        ReleaseMicros = Random.Between(500_000, 6_000_000);
        if (!releases)
            ReleaseMicros = 0;
        _faults = new FaultPlan(this, Random.Fork());
    }

    public EventLoop Loop { get; } = new();

    public SimulationRandom Random { get; }

    public ReplicaSettings Settings { get; }

    /// <summary>How many voters a shard is meant to have.</summary>
    public int Replicas { get; }

    public Network Network { get; }

    /// <summary>Mean time between two releases of a log's beginning; 0: none.</summary>
    public long ReleaseMicros { get; }

    /// <summary>A leader that was idle for so long parks its shard, µs; 0: none does.</summary>
    public long ParkAfter { get; }

    public OwnerBug Planted => _options.PlantedInOwner;

    public SimulatedNode[] Nodes { get; }

    public ShardGroup[] Shards { get; }

    public ClientPool Clients { get; }

    public Coverage Coverage { get; } = new();

    public ClockChecker Clocks { get; }

    public IReadOnlyDictionary<Guid, int> Regions { get; }

    public FaultPlan Faults => _faults;

    public long MeanFaultPause => _options.MeanPause;

    public Scenario Scenario => _options.Scenario;

    public long OperationsMin => _options.OperationsMin;

    /// <summary>Differs if two runs differ anywhere.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    public bool Tracing => _options.Trace != null;

    /// <summary>What the true time was when virtual time began, µs since 1970.</summary>
    public const long EpochMicros = 1_900_000_000_000_000;

    /// <summary>Clients retry with a session what may have happened.</summary>
    public bool HasSessions => _options.Sessions;

    public static Guid NodeId(int index) => new(index + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static int IndexOf(Guid node)
    {
        Span<byte> bytes = stackalloc byte[16];
        node.TryWriteBytes(bytes);
        return BitConverter.ToInt32(bytes) - 1;
    }

    public static int RegionOf(int node) => node % 3;

    public static string NameOf(Guid? node) => node is { } id ? IndexOf(id).ToString() : "-";

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
            RunUntil(_options.FaultMicros + _options.QuietMicros);
            CheckHistory();
            CheckSize();
        }
        catch (Exception error) when (error is not SimulationFailedException)
        {
            throw new SimulationFailedException(_options, Loop.Now, error.Message, error);
        }

        Coverage.RealStorages = _options.RealStorage ? 1 : 0;
        Coverage.Events = Loop.Executed;
        Coverage.VirtualSeconds = Loop.Now / 1_000_000;
        Coverage.Operations = Clients.Operations;
        return Coverage;
    }

    public void Fail(string what) => throw new SimulationFailedException(_options, Loop.Now, what);

    /// <summary>Costs nothing unless a trace is wanted.</summary>
    public void Trace([InterpolatedStringHandlerArgument("")] ref TraceText text) => Write("", ref text);

    public void Trace(SimulatedNode node, [InterpolatedStringHandlerArgument("")] ref TraceText text) =>
        Write(Tracing ? $"node {node.Index} " : "", ref text);

    public void Trace(ReplicaProcess process, [InterpolatedStringHandlerArgument("")] ref TraceText text) =>
        Write(Tracing ? $"node {process.Node.Index} shard {process.Shard.Index} " : "", ref text);

    public void Mix(ReplicaProcess process)
    {
        ReplicaCore core = process.Core;
        ulong state = (ulong)Loop.Now + (ulong)((process.Node.Index * 64) + process.Shard.Index);
        state = state * 31 + (ulong)(core.Last.Value * 7 + core.Commit.Value * 3 + core.Term.Value * 131 + (int)core.Role);
        Fingerprint = (Fingerprint ^ state) * 1099511628211;
    }

    private void Write(string who, ref TraceText text) =>
        _options.Trace?.Invoke($"{Loop.Now / 1e6,10:F6} {who,-15} {text.ToStringAndClear()}");

    public void Dispose()
    {
        foreach (SimulatedNode node in Nodes)
            node.Machine.Dispose();
    }

    private ShardGroup NewShard(int index, int replicas)
    {
        var voters = new Member[replicas];
        for (int i = 0; i < replicas; i++)
        {
            int node = (index + i) % Nodes.Length;
            voters[i] = new Member(NodeId(node), 1);
            Nodes[node].Machine.Create(index, new ReplicaState(default, null, 1));
        }

        return new ShardGroup(this, index, new Configuration(default, [.. voters], []));
    }

    private void RunUntil(long until)
    {
        while (Loop.RunNext(until))
        {
        }
    }

    private void RunUntilRecovered(long deadline)
    {
        while (Loop.Now < deadline)
        {
            RunUntil(Math.Min(deadline, Loop.Now + 100_000));
            if (Clients.AllServed && Array.TrueForAll(Shards, HasConverged))
                return;
        }

        Fail($"no recovery within {_options.RecoveryMicros / 1e6} s after faults stopped: {Describe()}");
    }

    /// <summary>One leader, and every member has all of its log, durable and committed.</summary>
    private bool HasConverged(ShardGroup shard)
    {
        ReplicaCore? leader = null;
        foreach (SimulatedNode node in Nodes)
        {
            if (node.Find(shard.Index) is { Core: { CanAppend: true } core } && (leader == null || core.Term > leader.Term))
                leader = core;
        }

        if (leader == null)
            return false;
        foreach (Member member in leader.Configuration.Voters)
        {
            if (Nodes[IndexOf(member.Node)].Find(shard.Index) is not { Core: var core }
                || core.Leader != leader.Leader || core.Term != leader.Term
                || core.Last != leader.Last || core.Commit != leader.Last || core.Flushed != leader.Last)
                return false;
        }

        return true;
    }

    private string Describe()
    {
        var text = new System.Text.StringBuilder();
        foreach (ShardGroup shard in Shards)
        {
            foreach (SimulatedNode node in Nodes)
            {
                text.Append($"\n  shard {shard.Index} node {node.Index} ");
                if (node.Find(shard.Index) is { Core: var core })
                    text.Append($"{core.Role}{(core.IsLeading ? $" ({ShardGroup.Text(core.Configuration)})" : "")} incarnation {core.Incarnation} term {core.Term} leader {NameOf(core.Leader)} last {core.Last} flushed {core.Flushed} commit {core.Commit}{(core.Stopped ? " stopped" : "")}");
                else
                    text.Append("not open");
            }
        }

        return text.Append($"\n  clients served {Clients.AllServed}").ToString();
    }

    /// <summary>Every key's history must be that of one value.</summary>
    private void CheckHistory()
    {
        var checker = new LinearizabilityChecker();
        foreach (HistoryKey key in Clients.History)
        {
            key.Operations.RemoveAll(static o => o.Outcome == Outcome.Refused);
            if (checker.IsLinearizable(key.Operations))
                continue;
            long end = checker.FirstBadMoment(key.Operations);
            IEnumerable<Operation> prefix = key.Operations.Where(o => o.InvokedAt <= end);
            Fail($"shard {key.Shard}: the history of key {key.Key} is not linearizable; shortest bad prefix, until {end / 1e6:F6}:\n  {string.Join("\n  ", prefix)}");
        }

        Coverage.KeysUndecided = checker.Undecided;
    }

    /// <summary>A run that is too tame counts for nothing.</summary>
    private void CheckSize()
    {
        if (Scenario != Scenario.Anything || _options.VirtualMicrosMin == 0)
            return;
        if (Loop.Now < _options.VirtualMicrosMin || Clients.Operations < _options.OperationsMin || Coverage.Faults < 3)
            Fail($"only {Loop.Now / 1e6} s, {Clients.Operations} operations, {Coverage.Faults} faults");
        if (!Array.Exists(Shards, static s => s.Checker.Elections > 1))
            Fail("leadership never changed");
    }
}

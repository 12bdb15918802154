using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

public enum Scenario : byte
{
    /// <summary>Anything at any time.</summary>
    Anything,

    /// <summary>Nothing happens but one death of the leader, half way; it stays dead until faults stop.</summary>
    LeaderDies,

    /// <summary>No fault at all, but that heartbeats between nodes are lost at times.</summary>
    NothingHappens,
}

/// <summary>What a run consists of. Everything else follows from the seed.</summary>
public sealed record SimulationOptions
{
    public required ulong Seed { get; init; }

    public Scenario Scenario { get; init; }

    /// <summary>0: drawn from the seed, 3 mostly, 5 at times.</summary>
    public int Replicas { get; init; }

    /// <summary>0: drawn from the seed.</summary>
    public int Shards { get; init; }

    /// <summary>Nodes that hold no replica at first; -1: drawn from the seed.</summary>
    public int Spares { get; init; } = -1;

    public int Clients { get; init; } = 5;

    /// <summary>Virtual time with faults.</summary>
    public long FaultMicros { get; init; } = 58_000_000;

    /// <summary>Virtual time within which service must return once faults have stopped.</summary>
    public long RecoveryMicros { get; init; } = 10_000_000;

    /// <summary>The run goes on for at least this long after the faults.</summary>
    public long QuietMicros { get; init; } = 2_000_000;

    public long VirtualMicrosMin { get; init; } = 60_000_000;

    public long OperationsMin { get; init; } = 500;

    /// <summary>The real Cluster.Storage over a simulated file layer in place of the simple model of a log.</summary>
    public bool RealStorage { get; init; }

    /// <summary>Mean time between two faults; 0: drawn from the seed.</summary>
    public long MeanPause { get; init; }

    /// <summary>Null: drawn from the seed.</summary>
    public ReadMode? Reads { get; init; }

    /// <summary>Clients may retry with sessions what may have happened.</summary>
    public bool Sessions { get; init; } = true;

    /// <summary>Idle shards are parked; null: drawn from the seed.</summary>
    public bool? Parks { get; init; }

    public OwnerBug PlantedInOwner { get; init; }

    internal PlantedBug Planted { get; init; }

    /// <summary>Receives a line per event; null: no trace.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Every fourth seed has the real storage under it.</summary>
    public static SimulationOptions Of(ulong seed) => new() { Seed = seed, RealStorage = seed % 4 == 0 };
}

using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Clients;

public enum KeyWorkload : byte
{
    Register,
    Counter,
    List,
}

/// <summary>A key and everything that clients ever asked of it.</summary>
public sealed class HistoryKey(int shard, int key, KeyWorkload workload)
{
    private const int OperationsMax = 90;
    private const int OpenMax = 10;

    /// <summary>A value that it had lately: what a compare-and-set may hit.</summary>
    private long _recent;

    public int Shard { get; } = shard;

    public int Key { get; } = key;

    /// <summary>No more operations: a history with many of them, or with many that were never answered, takes too long to judge.</summary>
    public bool IsFull => Operations.Count >= OperationsMax || Open >= OpenMax;

    /// <summary>Operations without an answer.</summary>
    public int Open { get; set; }

    /// <summary>In the order of their calls.</summary>
    public List<Operation> Operations { get; } = [];

    public Operation NewOperation(long id, SimulationRandom random, WritePolicy policy, long now)
    {
        OperationKind kind = Draw(random);
        long livesFor = kind is OperationKind.Set or OperationKind.SetIfAbsent && workload == KeyWorkload.Register && random.Chance(0.3)
            ? random.Between(50_000, 3_000_000) : 0;
        var operation = new Operation(id, kind, this, id, _recent, policy, now) { LivesFor = livesFor };
        if (kind is OperationKind.Set or OperationKind.CompareAndSet or OperationKind.SetIfAbsent && random.Chance(0.7))
            _recent = id;
        Operations.Add(operation);
        return operation;
    }

    /// <summary>The leader has ended that value at some moment since <paramref name="since"/>.</summary>
    public void Expired(long value, long since, long now)
    {
        // No more than the checker's sets can hold; what comes after them is not asked for any more.
        if (Operations.Count >= OperationsMax + 30)
            return;
        var operation = new Operation(0, OperationKind.Expire, this, 0, value, WritePolicy.Quorum, since);
        operation.Complete(Outcome.Ok, 0, now);
        int at = Operations.Count;
        while (at > 0 && Operations[at - 1].InvokedAt > since)
            at--;
        Operations.Insert(at, operation);
    }

    private OperationKind Draw(SimulationRandom random)
    {
        int drawn = random.Below(10);
        return workload switch
        {
            KeyWorkload.Register => drawn switch
            {
                < 3 => OperationKind.Get,
                < 5 => OperationKind.Set,
                < 7 => OperationKind.SetIfAbsent,
                < 8 => OperationKind.CompareAndSet,
                _ => OperationKind.Delete,
            },
            KeyWorkload.Counter => drawn switch
            {
                < 3 => OperationKind.Get,
                < 9 => OperationKind.Increment,
                _ => OperationKind.Delete,
            },
            _ => drawn switch
            {
                < 3 => OperationKind.Get,
                < 9 => OperationKind.Append,
                _ => OperationKind.Set,
            },
        };
    }
}

using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Simulation.Clients;

public enum OperationKind : byte
{
    Get,
    Set,
    Delete,
    SetIfAbsent,
    CompareAndSet,
    Increment,
    Append,

    /// <summary>A key's end by a record of the leader: a compare-and-delete that no client asked for.</summary>
    Expire,
}

public enum Outcome : byte
{
    /// <summary>No answer (yet): it may have happened, may happen later, or never.</summary>
    Unknown,
    Ok,

    /// <summary>Definitely did not happen.</summary>
    Refused,
}

/// <summary>
/// One operation of a client. Values are unique over a run; see <see cref="ValueModel"/> for what results mean.
/// </summary>
public sealed class Operation(long id, OperationKind kind, HistoryKey history, long value, long expected, WritePolicy policy, long invokedAt)
{
    public long Id { get; } = id;

    public OperationKind Kind { get; } = kind;

    public WritePolicy Policy => policy;

    public int Shard => history.Shard;

    public int Key => history.Key;

    public long Value { get; } = value;

    /// <summary>Of CompareAndSet.</summary>
    public long Expected { get; } = expected;

    /// <summary>The value that it writes ends after so long, µs; 0: never.</summary>
    public long LivesFor { get; init; }

    /// <summary>With it the operation may be sent again whatever became of it before.</summary>
    public SessionStamp Stamp { get; set; }

    public long InvokedAt { get; } = invokedAt;

    /// <summary>MaxValue unless the outcome is Ok: an operation without an answer stays open for ever.</summary>
    public long ReturnedAt { get; private set; } = long.MaxValue;

    public Outcome Outcome { get; private set; }

    public long Result { get; private set; }

    public void Complete(Outcome outcome, long result, long now)
    {
        Outcome = outcome;
        Result = result;
        if (outcome == Outcome.Ok)
            ReturnedAt = now;
        else if (outcome == Outcome.Unknown)
            history.Open++;
    }

    public override string ToString()
    {
        string call = Kind switch
        {
            OperationKind.Get => $"get k{Key}",
            OperationKind.Set => $"set k{Key} {Value}",
            OperationKind.Delete => $"del k{Key}",
            OperationKind.SetIfAbsent => $"setnx k{Key} {Value}",
            OperationKind.CompareAndSet => $"cas k{Key} {Expected} {Value}",
            OperationKind.Increment => $"incr k{Key}",
            OperationKind.Expire => $"expire k{Key} {Expected}",
            _ => $"append k{Key} {Value}",
        };
        string answer = Outcome == Outcome.Ok ? $"{Result} at {ReturnedAt / 1e6:F6}" : Outcome.ToString().ToLowerInvariant();
        return $"#{Id} {InvokedAt / 1e6:F6} {call} ({policy.Kind} {policy.Count}) -> {answer}";
    }
}

namespace Cluster.Simulation.Clients;

public enum OperationKind : byte
{
    Get,
    Set,
    SetIfAbsent,
    Delete,
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
/// One operation of a client. Values are unique over a run; 0 stands for an absent key. <see cref="Result"/>: of Get the value, of
/// SetIfAbsent and Delete 1 if it did something, else 0.
/// </summary>
public sealed class Operation(long id, OperationKind kind, int key, long value, long invokedAt)
{
    public long Id { get; } = id;

    public OperationKind Kind { get; } = kind;

    public int Key { get; } = key;

    public long Value { get; } = value;

    public long InvokedAt { get; } = invokedAt;

    public long ReturnedAt { get; private set; } = long.MaxValue;

    public Outcome Outcome { get; private set; }

    public long Result { get; private set; }

    public void Complete(Outcome outcome, long result, long now)
    {
        Outcome = outcome;
        Result = result;
        if (outcome == Outcome.Ok)
            ReturnedAt = now;
    }

    public override string ToString()
    {
        string call = Kind switch
        {
            OperationKind.Get => $"get k{Key}",
            OperationKind.Set => $"set k{Key} {Value}",
            OperationKind.SetIfAbsent => $"setnx k{Key} {Value}",
            _ => $"del k{Key}",
        };
        string answer = Outcome == Outcome.Ok ? $"{Result} at {ReturnedAt / 1e6:F6}" : Outcome.ToString().ToLowerInvariant();
        return $"#{Id} {InvokedAt / 1e6:F6} {call} -> {answer}";
    }
}

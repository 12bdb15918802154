namespace Cluster.Scenarios.Workloads;

internal enum OperationKind
{
    Get,
    Set,
    SetIfAbsent,
    Delete,
    Increment,
    Append,
}

/// <summary>
/// One command on one key, as a client saw it. A command that was refused for certain is in no history: what it would have written must not be
/// seen, and nobody else writes the same.
/// </summary>
/// <param name="Begin">Before the command was sent; one clock for all clients.</param>
/// <param name="End">After its answer was read; <see cref="Never"/> if the outcome is unknown: it may happen at any time, or not at all.</param>
/// <param name="Result">What was answered, null for nil; without meaning if the outcome is unknown.</param>
internal sealed record Operation(int Client, OperationKind Kind, string Key, string? Argument, long Begin, long End, string? Result)
{
    public const long Never = long.MaxValue;

    public bool IsKnown => End != Never;

    public override string ToString() =>
        $"client {Client,2} {Kind} {Argument} -> {(IsKnown ? Result ?? "(nil)" : "?")} [{Begin}, {(IsKnown ? End : "…")}]";
}

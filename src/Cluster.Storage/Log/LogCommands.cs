using System.Diagnostics.CodeAnalysis;

namespace Cluster.Storage.Log;

/// <summary>
/// Rare work for the writer: cuts, releases, closing. Any thread adds, the lane takes. Those that need everything offered before them to be in
/// files keep their order; those that do not (a release that makes room) go first.
/// </summary>
internal sealed class LogCommands
{
    private readonly Queue<LogCommand> _inOrder = new();
    private readonly Queue<LogCommand> _atOnce = new();

    public void Add(LogCommand command)
    {
        lock (_inOrder)
            (command.When == CommandTime.AtOnce ? _atOnce : _inOrder).Enqueue(command);
    }

    /// <summary>The next one, which stays until <see cref="Remove"/>.</summary>
    public bool TryPeek([NotNullWhen(true)] out LogCommand? command)
    {
        lock (_inOrder)
            return _atOnce.TryPeek(out command) || _inOrder.TryPeek(out command);
    }

    public void Remove(LogCommand command)
    {
        lock (_inOrder)
            (command.When == CommandTime.AtOnce ? _atOnce : _inOrder).Dequeue();
    }
}

internal enum CommandTime
{
    /// <summary>After everything offered before it is in files and synced, however long the disk keeps that waiting.</summary>
    InOrder,

    /// <summary>In order, but while the disk is full nothing is waited for: what is before it is refused.</summary>
    InOrderEvenIfStalled,

    /// <summary>In the next round, whatever waits.</summary>
    AtOnce,
}

/// <summary>
/// Run gets null, or why it must not run. Its result: null if it is over, well or badly, or what it cannot go on for now; it is then called again later.
/// </summary>
/// <param name="When">See there.</param>
/// <param name="IsDue">
/// Whether all that it comes after is in files. Asked on the lane: a command may arrive in the middle of a round that began before its records were offered, and
/// a batch that was offered may have been taken up again by the owner.
/// </param>
/// <param name="Run">See above.</param>
internal sealed record LogCommand(CommandTime When, Func<bool> IsDue, Func<StorageFailedException?, StorageFailedException?> Run);

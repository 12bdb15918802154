using System.Diagnostics.CodeAnalysis;

namespace Cluster.Storage.Log;

/// <summary>Rare work for the writer: cuts, releases, closing. Any thread adds, the lane takes.</summary>
internal sealed class LogCommands
{
    private readonly Queue<Action<Exception?>> _waiting = new();

    public void Add(Action<Exception?> command)
    {
        lock (_waiting)
            _waiting.Enqueue(command);
    }

    public bool TryTake([NotNullWhen(true)] out Action<Exception?>? command)
    {
        lock (_waiting)
            return _waiting.TryDequeue(out command);
    }
}

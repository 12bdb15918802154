using System.Collections.Concurrent;

namespace Cluster.Node.Resp;

/// <summary>The connections of the node, for CLIENT LIST and metrics.</summary>
public sealed class ClientRegistry
{
    private readonly ConcurrentDictionary<long, ClientSession> _sessions = new();

    public int Count => _sessions.Count;

    internal IEnumerable<ClientSession> All => _sessions.Values;

    internal void Add(ClientSession session) => _sessions[session.Id] = session;

    internal void Remove(ClientSession session) => _sessions.TryRemove(session.Id, out _);
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Remote.Associations;

/// <summary>The incarnations that are not talked to any more. Any thread.</summary>
internal sealed class QuarantineRegistry(TimeSpan keepFor, TimeProvider time)
{
    private readonly ConcurrentDictionary<(Address Address, int Uid), DateTimeOffset> _since = new();

    public bool Contains(Address address, int uid) => _since.ContainsKey((address, uid));

    /// <summary>False: it was there already.</summary>
    public bool Add(Address address, int uid) => _since.TryAdd((address, uid), time.GetUtcNow());

    /// <summary>An incarnation that old does not come back.</summary>
    public void Prune()
    {
        DateTimeOffset before = time.GetUtcNow() - keepFor;
        foreach (KeyValuePair<(Address, int), DateTimeOffset> entry in _since)
            if (entry.Value < before) _since.TryRemove(entry);
    }
}

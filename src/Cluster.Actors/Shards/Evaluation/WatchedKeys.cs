using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

/// <summary>
/// Which watched keys have changed, for one leadership of one shard: nobody tells when a client has lost interest, so a watch is remembered for one to two
/// minutes, and of at most two times 65,536 keys. Whatever is not remembered counts as changed: an EXEC that comes too late, or after a failover,
/// does not take place. Owned by the shard's actor.
/// Invariant: an entry of a generation knows the newest change of its key behind its <see cref="Entry.Since"/>.
/// </summary>
internal sealed class WatchedKeys
{
    private const int GenerationKeysMax = 64 * 1024;
    private const long GenerationMicros = 60_000_000;

    private Dictionary<KeyHash, Entry> _newer = [];
    private Dictionary<KeyHash, Entry> _older = [];
    private Lsn _allChanged;
    private long _rotatedAt;

    private readonly record struct Entry(Lsn Since, Lsn Changed);

    /// <summary>Nothing is watched: changes need not be told.</summary>
    public bool IsEmpty => _newer.Count == 0 && _older.Count == 0;

    /// <param name="last">The newest record of the shard: changes up to there are what the client sees.</param>
    public void Watch(in KeyHash key, Lsn last)
    {
        if (_newer.ContainsKey(key)) return;
        if (_newer.Count >= GenerationKeysMax) Rotate();
        _newer.Add(key, new Entry(last, Lsn.None));
    }

    public void Changed(in KeyHash key, Lsn lsn)
    {
        if (_newer.TryGetValue(key, out var newer)) _newer[key] = newer with { Changed = Lsn.Max(newer.Changed, lsn) };
        if (_older.TryGetValue(key, out var older)) _older[key] = older with { Changed = Lsn.Max(older.Changed, lsn) };
    }

    public void AllChanged(Lsn lsn) => _allChanged = lsn;

    /// <summary>The key is as it was at that LSN of this leadership, for certain.</summary>
    public bool IsUnchanged(in KeyHash key, Lsn since) =>
        _allChanged <= since
        && ((_newer.TryGetValue(key, out var newer) && newer.Since <= since && newer.Changed <= since)
            || (_older.TryGetValue(key, out var older) && older.Since <= since && older.Changed <= since));

    /// <summary>Forgets what is old. Monotonic µs.</summary>
    public void Tick(long now)
    {
        if (now - _rotatedAt < GenerationMicros) return;
        _rotatedAt = now;
        if (!IsEmpty) Rotate();
    }

    public void Clear()
    {
        _newer.Clear();
        _older.Clear();
        _allChanged = Lsn.None;
    }

    private void Rotate()
    {
        (_older, _newer) = (_newer, _older);
        _newer.Clear();
    }
}

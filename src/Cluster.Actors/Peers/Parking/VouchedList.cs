namespace Cluster.Actors.Peers.Parking;

/// <summary>(shard, term) pairs with a hash that does not depend on the order of changes.</summary>
internal sealed class VouchedList
{
    private readonly Dictionary<int, long> _terms = [];

    public ulong Hash { get; private set; }

    public int Count => _terms.Count;

    public IReadOnlyDictionary<int, long> Terms => _terms;

    /// <summary>0: not vouched for.</summary>
    public long TermOf(int shard) => _terms.GetValueOrDefault(shard);

    public void Set(int shard, long term)
    {
        Remove(shard);
        if (term == 0) return;
        _terms.Add(shard, term);
        Hash ^= Mix(shard, term);
    }

    public void Remove(int shard)
    {
        if (_terms.Remove(shard, out long term)) Hash ^= Mix(shard, term);
    }

    public void Clear()
    {
        _terms.Clear();
        Hash = 0;
    }

    /// <summary>Well spread bits (SplitMix64): the sum of two other pairs is this one only by an accident of 1 in 2^64.</summary>
    private static ulong Mix(int shard, long term)
    {
        ulong x = unchecked(((ulong)(uint)shard + 1) * 0x9E3779B97F4A7C15 + (ulong)term * 0xD1B54A32D192ED03);
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return x ^ (x >> 31);
    }
}

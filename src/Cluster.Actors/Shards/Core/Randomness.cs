namespace Cluster.Actors.Shards.Core;

/// <summary>SplitMix64: small, seeded, the same on every platform.</summary>
internal struct Randomness(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From <paramref name="from"/> up to, without, <paramref name="to"/>; <paramref name="from"/> if that is empty.</summary>
    public long Between(long from, long to) => to <= from ? from : from + (long)(Next() % (ulong)(to - from));
}

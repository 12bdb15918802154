namespace Cluster.Storage.Keys;

/// <summary>
/// One entry of the expiry index: when, and the low 32 bits of the key's hash. That is not always one key: the index holds a pair as often
/// as there are keys with it, and the directory knows which they are.
/// </summary>
internal readonly record struct ExpiryTime(long At, uint HashBits)
{
    public static ExpiryTime Lowest => new(long.MinValue, 0);

    public bool IsBelow(in ExpiryTime other) => At < other.At || (At == other.At && HashBits < other.HashBits);

    /// <summary>False if there is nothing above.</summary>
    public bool TryNext(out ExpiryTime next)
    {
        next = HashBits < uint.MaxValue ? new ExpiryTime(At, HashBits + 1) : new ExpiryTime(unchecked(At + 1), 0);
        return HashBits < uint.MaxValue || At < long.MaxValue;
    }
}

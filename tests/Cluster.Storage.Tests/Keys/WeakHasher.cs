using Cluster.Storage.Keys;

namespace Cluster.Storage.Tests.Keys;

/// <summary>Keeps only a few bits of a good hash: distinct keys collide in the bucket, in the tag or altogether.</summary>
internal sealed class WeakHasher(ulong lowMask, ulong highMask) : KeyHasher
{
    private readonly SipKeyHasher _full = new(1, 2);

    public override KeyHash Hash(ReadOnlySpan<byte> key)
    {
        var hash = _full.Hash(key);
        return new KeyHash(hash.Low & lowMask, hash.High & highMask);
    }
}

namespace Cluster.Storage.Keys;

/// <summary>What a shard knows about one key, uncommitted records included.</summary>
/// <param name="Found">The key has a value.</param>
/// <param name="PendingLsn">
/// The newest uncommitted record that decided the answer: a value, a tombstone or a whole-shard mark. None if all is committed.
/// A reply that used this lookup may leave only once this LSN is committed, also if <paramref name="Found"/> is false (R7).
/// </param>
/// <param name="Location">Where the value lies, if found.</param>
/// <param name="ExpiresAt">When it expires, in µs since 1970, if found; 0 for never. A key past its time is still found: its delete is a record.</param>
public readonly record struct KeyLookup(bool Found, Lsn PendingLsn, ValueLocation Location, long ExpiresAt = 0)
{
    /// <summary>Found, but its time is over.</summary>
    public bool IsExpired(long now) => Found && ExpiresAt != 0 && ExpiresAt <= now;

    /// <summary>The value's length in bytes, given the length of the key that was looked up.</summary>
    public int ValueLength(int keyLength) => Location.ValueLength(keyLength);
}

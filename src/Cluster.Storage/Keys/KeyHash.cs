namespace Cluster.Storage.Keys;

/// <summary>
/// The 128-bit keyed hash of a key. It is the key's identity inside a shard: two keys with the same hash are one key to the
/// directory and the overlay, and are told apart only when a value is read (the stored key's bytes are compared).
/// </summary>
public readonly record struct KeyHash(ulong Low, ulong High);

namespace Cluster.Storage.Keys;

/// <summary>
/// One operation of an atomic list that is about to be appended. Key and value are ranges of the bytes that are given along with
/// the list, so that a list is built without copying them. <see cref="ExpiresAt"/> is in µs since 1970, 0 for never.
/// </summary>
public readonly record struct KeyOperation(
    KeyOperationKind Kind,
    int KeyOffset,
    int KeyLength,
    int ValueOffset,
    int ValueLength,
    long ExpiresAt = 0);

namespace Cluster.Storage.Keys;

/// <summary>A committed key whose time is over. Its bytes are where its value lies.</summary>
/// <param name="Hash">The key's identity within the open store.</param>
/// <param name="Location">Where its value lay when it was found; a merge may move it.</param>
/// <param name="ExpiresAt">µs since 1970.</param>
public readonly record struct ExpiredKey(KeyHash Hash, ValueLocation Location, long ExpiresAt);

/// <summary>
/// A position in the order of expiry; the default is the beginning. Keys that come or go never make it invalid.
/// </summary>
public readonly record struct ExpiryCursor
{
    private readonly bool _started;
    private readonly ExpiryTime _from;

    internal ExpiryCursor(ExpiryTime from)
    {
        _from = from;
        _started = true;
    }

    /// <summary>Whether the next look begins with the key that expires first.</summary>
    public bool IsAtStart => !_started;

    internal ExpiryTime From => _started ? _from : ExpiryTime.Lowest;
}

namespace Cluster.Scenarios.Workloads;

/// <summary>All that clients did with one key.</summary>
internal sealed class KeyHistory(string key)
{
    private readonly List<Operation> _operations = [];
    private int _begun;

    public string Key { get; } = key;

    /// <summary>Counts a command that is about to be sent; its number is part of what it writes.</summary>
    public int Begin() => Interlocked.Increment(ref _begun);

    public int Begun => Volatile.Read(ref _begun);

    public void Add(Operation operation)
    {
        lock (_operations) _operations.Add(operation);
    }

    public IReadOnlyList<Operation> All()
    {
        lock (_operations) return [.. _operations];
    }
}

/// <summary>
/// The keys of one kind that are in use: many clients on few keys, each given up for a new one after a while, since the search for an order grows with the
/// length of a history.
/// </summary>
internal sealed class KeyPool(string prefix, int inUse, int commandsPerKey)
{
    private readonly KeyHistory?[] _inUse = new KeyHistory?[inUse];
    private readonly List<KeyHistory> _all = [];

    public KeyHistory Take(Random random)
    {
        lock (_all)
        {
            ref var place = ref _inUse[random.Next(_inUse.Length)];
            if (place is null || place.Begun >= commandsPerKey) _all.Add(place = new KeyHistory($"{prefix}:{_all.Count}"));
            return place;
        }
    }

    public IReadOnlyList<KeyHistory> All()
    {
        lock (_all) return [.. _all];
    }
}

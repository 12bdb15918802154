namespace Cluster.TestSupport.Storage;

/// <summary>
/// Names in one simulated folder: what is seen, what is durable, and the changes between the two in order. A crash keeps a prefix of
/// them, as a journalling file system does; content is another matter (<see cref="SimulatedFile"/>).
/// </summary>
internal sealed class SimulatedFolder
{
    private readonly Dictionary<string, object> _seen = [];
    private readonly Dictionary<string, object> _durable = [];
    private readonly List<Change> _pending = [];

    /// <summary>Node null: the name goes away.</summary>
    private readonly record struct Change(string Name, object? Node, string? AlsoRemoved);

    public IEnumerable<KeyValuePair<string, object>> Entries => _seen;

    public object? Find(string name) => _seen.GetValueOrDefault(name);

    public void Put(string name, object node) => Record(new Change(name, node, null));

    public void Remove(string name) => Record(new Change(name, null, null));

    public void Rename(string from, string to) => Record(new Change(to, _seen[from], from));

    public void Sync()
    {
        foreach (var change in _pending)
            Apply(_durable, change);
        _pending.Clear();
    }

    public SimulatedFolder AfterCrash(Random random)
    {
        var names = new Dictionary<string, object>(_durable);
        var survive = random.Next(3) switch { 0 => 0, 1 => _pending.Count, _ => random.Next(_pending.Count + 1) };
        for (var i = 0; i < survive; i++)
            Apply(names, _pending[i]);
        var result = new SimulatedFolder();
        foreach (var (name, node) in names)
        {
            result.Put(name, node switch
            {
                SimulatedFile file => file.AfterCrash(random),
                SimulatedFolder folder => folder.AfterCrash(random),
                _ => throw new InvalidOperationException(),
            });
        }

        result.Sync();
        return result;
    }

    private void Record(Change change)
    {
        Apply(_seen, change);
        _pending.Add(change);
    }

    private static void Apply(Dictionary<string, object> names, Change change)
    {
        if (change.AlsoRemoved is not null)
            names.Remove(change.AlsoRemoved);
        if (change.Node is null)
            names.Remove(change.Name);
        else
            names[change.Name] = change.Node;
    }
}

namespace Cluster.TestSupport.Storage;

/// <summary>
/// Names in one simulated folder: what is seen, what is durable, and the changes between the two in order. A crash keeps some of them:
/// none, all, a prefix as one journal would, or any choice in which changes of one name or of one file keep their order, which is all that
/// a file system promises. A rename is kept whole or not at all. Content is another matter (<see cref="SimulatedFile"/>).
/// </summary>
internal sealed class SimulatedFolder
{
    private readonly Dictionary<string, object> _seen = [];
    private readonly Dictionary<string, object> _durable = [];
    private readonly List<Change> _pending = [];

    /// <summary>Node null: the name goes away.</summary>
    private readonly record struct Change(string Name, object? Node, string? AlsoRemoved)
    {
        public bool MustFollow(in Change earlier) =>
            Name == earlier.Name || Name == earlier.AlsoRemoved || (AlsoRemoved is not null && (AlsoRemoved == earlier.Name || AlsoRemoved == earlier.AlsoRemoved))
            || (Node is not null && Node == earlier.Node);
    }

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

    public SimulatedFolder Fork() => Fork([]);

    public SimulatedFolder AfterCrash(Random random, CrashReport report)
    {
        var names = new Dictionary<string, object>(_durable);
        if (_pending.Count > 0)
            KeepSome(names, random, report);
        var result = new SimulatedFolder();
        foreach (var (name, node) in names)
        {
            result.Put(name, node switch
            {
                SimulatedFile file => file.AfterCrash(random, report),
                SimulatedFolder folder => folder.AfterCrash(random, report),
                _ => throw new InvalidOperationException(),
            });
        }

        result.Sync();
        return result;
    }

    private void KeepSome(Dictionary<string, object> names, Random random, CrashReport report)
    {
        var style = random.Next(4);
        var prefix = random.Next(_pending.Count + 1);
        var keep = new bool[_pending.Count];
        for (var i = 0; i < keep.Length; i++)
            keep[i] = style switch { 0 => false, 1 => true, 2 => i < prefix, _ => random.Next(2) == 0 };
        if (style == 3)
        {
            for (var i = 0; i < keep.Length; i++)
            {
                // Not kept if one that it must follow was not.
                for (var j = 0; j < i && keep[i]; j++)
                    keep[i] = keep[j] || !_pending[i].MustFollow(_pending[j]);
            }
        }

        var lost = false;
        var reordered = false;
        for (var i = 0; i < keep.Length; i++)
        {
            if (keep[i])
            {
                reordered |= lost;
                Apply(names, _pending[i]);
                continue;
            }

            lost = true;
            if (_pending[i].AlsoRemoved is not null)
                report.RenamesLost++;
            else if (_pending[i].Node is null)
                report.DeletionsLost++;
            else
                report.CreationsLost++;
        }

        if (reordered)
            report.NamesReordered++;
    }

    private SimulatedFolder Fork(Dictionary<object, object> forks)
    {
        var result = new SimulatedFolder();
        foreach (var (name, node) in _seen)
            result._seen.Add(name, ForkNode(node, forks));
        foreach (var (name, node) in _durable)
            result._durable.Add(name, ForkNode(node, forks));
        foreach (var change in _pending)
            result._pending.Add(change with { Node = change.Node is null ? null : ForkNode(change.Node, forks) });
        return result;
    }

    private static object ForkNode(object node, Dictionary<object, object> forks)
    {
        if (!forks.TryGetValue(node, out var fork))
            forks.Add(node, fork = node is SimulatedFile file ? file.Fork() : ((SimulatedFolder)node).Fork(forks));
        return fork;
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

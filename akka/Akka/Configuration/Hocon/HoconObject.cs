using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>A set of keys, in the order of their first appearance. Never changes after construction.</summary>
public class HoconObject
{
    internal static readonly HoconObject None = new(new Dictionary<string, HoconValue>(0));

    private readonly Dictionary<string, HoconValue> _items;

    /// <summary>Takes the dictionary over: the caller must not touch it again.</summary>
    internal HoconObject(Dictionary<string, HoconValue> items)
    {
        _items = items;
    }

    /// <summary>A copy, so that no reader can change the tree.</summary>
    public Dictionary<string, HoconValue> Items => new(_items);

    /// <summary>Nested dictionaries, lists and strings.</summary>
    public IDictionary<string, object> Unwrapped
    {
        get
        {
            var result = new Dictionary<string, object>(_items.Count);
            foreach (var (key, value) in _items)
            {
                result[key] = value.Unwrap();
            }

            return result;
        }
    }

    internal IReadOnlyCollection<KeyValuePair<string, HoconValue>> Pairs => _items;

    internal int Count => _items.Count;

    /// <summary>The value of a key, or null.</summary>
    public HoconValue GetKey(string key) => _items.GetValueOrDefault(key);

    /// <inheritdoc/>
    public override string ToString() => HoconWriter.Write(new HoconValue(this));

    /// <summary>Own keys win; keys that only one side has are shared, not copied.</summary>
    internal static HoconObject Merge(HoconObject own, HoconObject fallback)
    {
        if (fallback.Count == 0)
        {
            return own;
        }

        var items = new Dictionary<string, HoconValue>(own._items);
        foreach (var (key, value) in fallback._items)
        {
            items[key] = items.TryGetValue(key, out var mine) ? HoconValue.Merge(mine, value) : value;
        }

        return new HoconObject(items);
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;

namespace Akka.Serialization;

/// <summary>
/// Which serializer serves which type: the binding of the most specific type, System.Object last. Lookups are cached per type.
/// Any thread may look up while another one binds; a cached answer from before a binding is dropped by it.
/// </summary>
internal sealed class SerializerBindings
{
    private readonly object _writing = new();
    private readonly ConcurrentDictionary<Type, Serializer> _cache = new();

    // Replaced as a whole; in the order of binding.
    private volatile KeyValuePair<Type, Serializer>[] _bindings = [];

    public void Bind(Type type, Serializer serializer)
    {
        lock (_writing)
        {
            var bindings = new List<KeyValuePair<Type, Serializer>>(_bindings);
            bindings.RemoveAll(binding => binding.Key == type);
            bindings.Add(new KeyValuePair<Type, Serializer>(type, serializer));
            _bindings = bindings.ToArray();
            _cache.Clear();
        }
    }

    /// <summary>The serializer for a type, or null if not even System.Object is bound.</summary>
    public Serializer Find(Type type)
    {
        if (_cache.TryGetValue(type, out var cached))
        {
            return cached;
        }

        // Under the lock a slow search cannot overwrite what a binding has just cleared.
        lock (_writing)
        {
            var found = FindSpecific(type) ?? FindExact(typeof(object));
            if (found != null)
            {
                _cache[type] = found;
            }

            return found;
        }
    }

    /// <summary>As <see cref="Find"/>, but without the binding of System.Object.</summary>
    public Serializer FindSpecific(Type type)
    {
        KeyValuePair<Type, Serializer> best = default;
        foreach (var binding in _bindings)
        {
            var isBetter = binding.Key.IsAssignableFrom(type) && binding.Key != typeof(object)
                && (best.Key == null || (best.Key != binding.Key && best.Key.IsAssignableFrom(binding.Key)));
            if (isBetter)
            {
                best = binding;
            }
        }

        return best.Value;
    }

    private Serializer FindExact(Type type)
    {
        foreach (var binding in _bindings)
        {
            if (binding.Key == type)
            {
                return binding.Value;
            }
        }

        return null;
    }
}

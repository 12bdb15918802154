using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Serialization;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>
/// The collections of the runtime, by their elements: how they lie in memory depends on hash codes that differ from process
/// to process. Others travel by their fields.
/// </summary>
internal static class CollectionCodecs
{
    private static readonly Dictionary<Type, string> Makers = new()
    {
        [typeof(List<>)] = nameof(ListOf),
        [typeof(HashSet<>)] = nameof(HashSetOf),
        [typeof(SortedSet<>)] = nameof(SortedSetOf),
        [typeof(Queue<>)] = nameof(QueueOf),
        [typeof(Stack<>)] = nameof(StackOf),
        [typeof(LinkedList<>)] = nameof(LinkedListOf),
        [typeof(ConcurrentQueue<>)] = nameof(ConcurrentQueueOf),
        [typeof(ConcurrentStack<>)] = nameof(ConcurrentStackOf),
        [typeof(ConcurrentBag<>)] = nameof(ConcurrentBagOf),
        [typeof(Dictionary<,>)] = nameof(DictionaryOf),
        [typeof(SortedDictionary<,>)] = nameof(SortedDictionaryOf),
        [typeof(SortedList<,>)] = nameof(SortedListOf),
        [typeof(OrderedDictionary<,>)] = nameof(OrderedDictionaryOf),
        [typeof(ConcurrentDictionary<,>)] = nameof(ConcurrentDictionaryOf),
        [typeof(ImmutableArray<>)] = nameof(ImmutableArrayOf),
        [typeof(ImmutableList<>)] = nameof(ImmutableListOf),
        [typeof(ImmutableHashSet<>)] = nameof(ImmutableHashSetOf),
        [typeof(ImmutableSortedSet<>)] = nameof(ImmutableSortedSetOf),
        [typeof(ImmutableQueue<>)] = nameof(ImmutableQueueOf),
        [typeof(ImmutableStack<>)] = nameof(ImmutableStackOf),
        [typeof(ImmutableDictionary<,>)] = nameof(ImmutableDictionaryOf),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(ImmutableSortedDictionaryOf),
        [typeof(FrozenSet<>)] = nameof(FrozenSetOf),
        [typeof(FrozenDictionary<,>)] = nameof(FrozenDictionaryOf),
    };

    /// <summary>Null if the type is not one of them.</summary>
    public static ContentCodec Make(Serializer serializer, Type type)
    {
        if (type == typeof(Hashtable))
        {
            return new HashtableCodec();
        }

        if (!type.IsGenericType || !Makers.TryGetValue(type.GetGenericTypeDefinition(), out var maker))
        {
            RefuseHeirs(type);
            return null;
        }

        foreach (var argument in type.GetGenericArguments())
        {
            serializer.Types.CheckSafe(argument);
        }

        var method = typeof(CollectionCodecs).GetMethod(maker, BindingFlags.Static | BindingFlags.NonPublic);
        return (ContentCodec)method.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, null);
    }

    /// <summary>By their fields they would be broken, by their elements they would lose what they add.</summary>
    private static void RefuseHeirs(Type type)
    {
        for (var at = type.BaseType; at != null; at = at.BaseType)
        {
            var isHashed = at == typeof(Hashtable) || (at.IsGenericType && Makers.ContainsKey(at.GetGenericTypeDefinition()) && at.GetGenericTypeDefinition() != typeof(List<>));
            if (isHashed)
            {
                throw new UnsupportedTypeException(type, $"{type} cannot be serialized: it derives from {at}. Hold one in a field instead.");
            }
        }
    }

    private static PairSlot<TKey, TValue> PairOf<TKey, TValue>() => new(Slots.Of<TKey>(isTagged: false), Slots.Of<TValue>(isTagged: false));

    private static AddingCodec<TCollection, T, TComparer> Adding<TCollection, T, TComparer>(CollectionShape<TCollection, T, TComparer> shape)
        where TCollection : class, IEnumerable<T>
        where TComparer : class =>
        new(typeof(TCollection), Slots.Of<T>(isTagged: false), shape);

    private static AddingCodec<TCollection, KeyValuePair<TKey, TValue>, TComparer> AddingPairs<TCollection, TKey, TValue, TComparer>(
        CollectionShape<TCollection, KeyValuePair<TKey, TValue>, TComparer> shape)
        where TCollection : class, IEnumerable<KeyValuePair<TKey, TValue>>
        where TComparer : class =>
        new(typeof(TCollection), PairOf<TKey, TValue>(), shape);

    private static ContentCodec ListOf<T>() => Adding<List<T>, T, object>(new((_, n) => new List<T>(n), (c, x) => c.Add(x)));

    private static ContentCodec HashSetOf<T>() => Adding<HashSet<T>, T, IEqualityComparer<T>>(
        new((by, n) => new HashSet<T>(n, by), (c, x) => c.Add(x), c => c.Comparer, EqualityComparer<T>.Default));

    private static ContentCodec SortedSetOf<T>() => Adding<SortedSet<T>, T, IComparer<T>>(
        new((by, _) => new SortedSet<T>(by), (c, x) => c.Add(x), c => c.Comparer, Comparer<T>.Default));

    private static ContentCodec QueueOf<T>() => Adding<Queue<T>, T, object>(new((_, n) => new Queue<T>(n), (c, x) => c.Enqueue(x)));

    private static ContentCodec StackOf<T>() => Adding<Stack<T>, T, object>(new((_, n) => new Stack<T>(n), (c, x) => c.Push(x), IsReversed: true));

    private static ContentCodec LinkedListOf<T>() => Adding<LinkedList<T>, T, object>(new((_, _) => new LinkedList<T>(), (c, x) => c.AddLast(x)));

    private static ContentCodec ConcurrentQueueOf<T>() => Adding<ConcurrentQueue<T>, T, object>(new((_, _) => new ConcurrentQueue<T>(), (c, x) => c.Enqueue(x)));

    private static ContentCodec ConcurrentStackOf<T>() =>
        Adding<ConcurrentStack<T>, T, object>(new((_, _) => new ConcurrentStack<T>(), (c, x) => c.Push(x), IsReversed: true));

    private static ContentCodec ConcurrentBagOf<T>() => Adding<ConcurrentBag<T>, T, object>(new((_, _) => [], (c, x) => c.Add(x)));

    private static ContentCodec DictionaryOf<TKey, TValue>() => AddingPairs<Dictionary<TKey, TValue>, TKey, TValue, IEqualityComparer<TKey>>(
        new((by, n) => new Dictionary<TKey, TValue>(n, by), (c, x) => c.Add(x.Key, x.Value), c => c.Comparer, EqualityComparer<TKey>.Default));

    private static ContentCodec SortedDictionaryOf<TKey, TValue>() => AddingPairs<SortedDictionary<TKey, TValue>, TKey, TValue, IComparer<TKey>>(
        new((by, _) => new SortedDictionary<TKey, TValue>(by), (c, x) => c.Add(x.Key, x.Value), c => c.Comparer, Comparer<TKey>.Default));

    private static ContentCodec SortedListOf<TKey, TValue>() => AddingPairs<SortedList<TKey, TValue>, TKey, TValue, IComparer<TKey>>(
        new((by, n) => new SortedList<TKey, TValue>(n, by), (c, x) => c.Add(x.Key, x.Value), c => c.Comparer, Comparer<TKey>.Default));

    private static ContentCodec OrderedDictionaryOf<TKey, TValue>() => AddingPairs<OrderedDictionary<TKey, TValue>, TKey, TValue, IEqualityComparer<TKey>>(
        new((by, n) => new OrderedDictionary<TKey, TValue>(n, by), (c, x) => c.Add(x.Key, x.Value), c => c.Comparer, EqualityComparer<TKey>.Default));

    private static ContentCodec ConcurrentDictionaryOf<TKey, TValue>() => AddingPairs<ConcurrentDictionary<TKey, TValue>, TKey, TValue, IEqualityComparer<TKey>>(
        new((by, _) => new ConcurrentDictionary<TKey, TValue>(by), (c, x) => Add(c, x), c => c.Comparer, EqualityComparer<TKey>.Default));

    private static void Add<TKey, TValue>(ConcurrentDictionary<TKey, TValue> dictionary, KeyValuePair<TKey, TValue> pair)
    {
        if (!dictionary.TryAdd(pair.Key, pair.Value))
        {
            throw new SerializationException("A key is there twice.");
        }
    }

    private static BuildingCodec<TCollection, T, TComparer> Building<TCollection, T, TComparer>(
        Func<TComparer, T[], TCollection> build, Func<TCollection, object> comparerOf = null, object usual = null)
        where TCollection : IEnumerable<T>
        where TComparer : class =>
        new(typeof(TCollection), Slots.Of<T>(isTagged: false), build, comparerOf, usual);

    private static BuildingCodec<TCollection, KeyValuePair<TKey, TValue>, TComparer> BuildingPairs<TCollection, TKey, TValue, TComparer>(
        Func<TComparer, KeyValuePair<TKey, TValue>[], TCollection> build, Func<TCollection, object> comparerOf, object usual)
        where TCollection : IEnumerable<KeyValuePair<TKey, TValue>>
        where TComparer : class =>
        new(typeof(TCollection), PairOf<TKey, TValue>(), build, comparerOf, usual);

    private static ContentCodec ImmutableArrayOf<T>() => new ImmutableArrayCodec<T>();

    private static ContentCodec ImmutableListOf<T>() => Building<ImmutableList<T>, T, object>((_, all) => ImmutableList.Create(all));

    private static ContentCodec ImmutableHashSetOf<T>() => Building<ImmutableHashSet<T>, T, IEqualityComparer<T>>(
        (by, all) => ImmutableHashSet.Create(by, all), c => c.KeyComparer, EqualityComparer<T>.Default);

    private static ContentCodec ImmutableSortedSetOf<T>() => Building<ImmutableSortedSet<T>, T, IComparer<T>>(
        (by, all) => ImmutableSortedSet.Create(by, all), c => c.KeyComparer, Comparer<T>.Default);

    private static ContentCodec ImmutableQueueOf<T>() => Building<ImmutableQueue<T>, T, object>((_, all) => ImmutableQueue.Create(all));

    private static ContentCodec ImmutableStackOf<T>() => Building<ImmutableStack<T>, T, object>((_, all) =>
    {
        Array.Reverse(all);
        return ImmutableStack.Create(all);
    });

    private static ContentCodec ImmutableDictionaryOf<TKey, TValue>() => BuildingPairs<ImmutableDictionary<TKey, TValue>, TKey, TValue, IEqualityComparer<TKey>>(
        (by, all) => ImmutableDictionary.CreateRange(by, all), c => c.KeyComparer, EqualityComparer<TKey>.Default);

    private static ContentCodec ImmutableSortedDictionaryOf<TKey, TValue>() => BuildingPairs<ImmutableSortedDictionary<TKey, TValue>, TKey, TValue, IComparer<TKey>>(
        (by, all) => ImmutableSortedDictionary.CreateRange(by, all), c => c.KeyComparer, Comparer<TKey>.Default);

    private static ContentCodec FrozenSetOf<T>() => Building<FrozenSet<T>, T, IEqualityComparer<T>>(
        (by, all) => all.ToFrozenSet(by), c => c.Comparer, EqualityComparer<T>.Default);

    private static ContentCodec FrozenDictionaryOf<TKey, TValue>() => BuildingPairs<FrozenDictionary<TKey, TValue>, TKey, TValue, IEqualityComparer<TKey>>(
        (by, all) => all.ToFrozenDictionary(by), c => c.Comparer, EqualityComparer<TKey>.Default);
}

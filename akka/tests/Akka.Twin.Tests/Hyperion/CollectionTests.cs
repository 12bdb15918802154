using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Hyperion;
using Hyperion.ValueSerializers;
using Xunit;

namespace Akka.Twin.Tests.Hyperion;

public sealed class CollectionTests
{
    public static TheoryData<IEnumerable> Ordered => new()
    {
        new List<int> { 3, 1, 2 }, new Queue<string>(["a", "b"]), new Stack<string>(["a", "b", "c"]), new LinkedList<int>([1, 2, 3]), new SortedSet<int> { 3, 1 },
        new ConcurrentQueue<int>([1, 2]), new ConcurrentStack<int>([1, 2, 3]), ImmutableArray.Create("a", "b"), ImmutableList.Create(1, 2), ImmutableQueue.Create(1, 2),
        ImmutableStack.Create(1, 2, 3), ImmutableSortedSet.Create(3, 1), new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new SortedList<string, int> { ["b"] = 1, ["a"] = 2 },
        ImmutableSortedDictionary<string, int>.Empty.Add("b", 1).Add("a", 2), new OrderedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, new Part[] { new("a", 1) },
        new Part[][] { [new("a", 1)], null, [] }, new[] { DayOfWeek.Friday }, new int?[] { 1, null }, new decimal[] { 1.5m }, new bool[] { true, false }, new DateTime[] { DateTime.UnixEpoch },
    };

    public static TheoryData<IEnumerable> Unordered => new()
    {
        new HashSet<Part> { new("a", 1), new("b", 2) }, new ConcurrentBag<int>([1, 2, 3]), ImmutableHashSet.Create("a", "b"), new HashSet<int> { 1, 2 }.ToFrozenSet(),
        new[] { "a", "b" }.ToFrozenSet(), new Dictionary<string, Part> { ["a"] = new("a", 1) }, new Dictionary<Part, string> { [new("a", 1)] = "x" },
        new ConcurrentDictionary<string, int>(new Dictionary<string, int> { ["a"] = 1 }), ImmutableDictionary<string, int>.Empty.Add("a", 1),
        new Dictionary<string, int> { ["a"] = 1 }.ToFrozenDictionary(),
    };

    private static readonly SerializerOptions[] Options = [new(true, true), new(true), new(false, true), new()];

    [Theory]
    [MemberData(nameof(Ordered))]
    public void Elements_keep_their_order_and_the_collection_its_type(IEnumerable collection)
    {
        foreach (var options in Options)
        {
            var copy = Copy(collection, options);
            Assert.Equal(collection.GetType(), copy.GetType());
            Assert.Equal(collection.Cast<object>(), copy.Cast<object>());
        }
    }

    [Theory]
    [MemberData(nameof(Unordered))]
    public void Elements_are_found_again(IEnumerable collection)
    {
        foreach (var options in Options)
        {
            var copy = Copy(collection, options);
            Assert.True(collection.Cast<object>().ToHashSet().SetEquals(copy.Cast<object>()));
        }
    }

    [Fact]
    public void A_comparer_goes_with_its_collection()
    {
        var copy = Copy(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["Key"] = 1 });

        Assert.Equal(1, copy["KEY"]);
        Assert.Same(StringComparer.OrdinalIgnoreCase, copy.Comparer);
        Assert.Same(EqualityComparer<string>.Default, Copy(new HashSet<string> { "a" }).Comparer);
        Assert.Contains("A", Copy(ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "a")));
    }

    [Fact]
    public void Arrays_of_any_rank_keep_their_shape()
    {
        Assert.Equal(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, Copy(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
        Assert.Equal(new string[2, 0, 3], Copy(new string[2, 0, 3]));
        Assert.Equal(new Part[,,] { { { new("a", 1) } } }, Copy(new Part[,,] { { { new("a", 1) } } }));
    }

    [Fact]
    public void A_list_may_hold_itself()
    {
        var list = new List<object>();
        list.Add(list);

        var copy = Copy(list);
        Assert.Same(copy, Assert.Single(copy));
    }

    [Fact]
    public void A_table_without_types_keeps_its_entries()
    {
        var copy = Copy(new Hashtable { ["a"] = 1, [2] = "b" });

        Assert.Equal(1, copy["a"]);
        Assert.Equal("b", copy[2]);
    }

    [Fact]
    public void A_default_immutable_array_stays_one() => Assert.True(Copy(default(ImmutableArray<int>)).IsDefault);

    [Fact]
    public void What_derives_from_a_hashed_collection_is_refused_instead_of_broken() =>
        Assert.Throws<UnsupportedTypeException>(() => Copy(new Named { ["a"] = 1 }));

    private static T Copy<T>(T value, SerializerOptions options = null)
    {
        var serializer = new Serializer(options ?? Options[0]);
        using var stream = new MemoryStream();
        serializer.Serialize(value, stream);
        stream.Position = 0;
        return (T)serializer.Deserialize(stream);
    }

    private sealed class Named : Dictionary<string, int>
    {
        public string Name = "";
    }
}

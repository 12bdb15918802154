using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime.Serialization;
using Akka.Twin.Tests.Hyperion;
using Hyperion;
using Hyperion.Internal;
using Hyperion.ValueSerializers;
using Xunit;

namespace Akka.Twin.Tests.Fuzz;

public sealed class HyperionFuzzTests
{
    private static readonly object[] Samples =
    [
        "text", 42, 3.5m, Guid.NewGuid(), DateTime.UtcNow, DateTimeOffset.Now, new Uri("http://h/p"), typeof(List<int>),
        new byte[] { 1, 2, 3 }, new[] { 1, 2, 3 }, new object[] { 1, "two", null }, new int[2, 3], new string[2, 2, 2],
        new List<string> { "a", "b" }, new Dictionary<string, Part> { ["x"] = new("x", 1) }, new HashSet<int> { 1, 2 }, new LinkedList<int>([1, 2]),
        ImmutableArray.Create(1, 2, 3), ImmutableDictionary<string, int>.Empty.Add("a", 1), ImmutableStack.Create("a", "b"),
        new Whole(Guid.NewGuid(), new Part("p", 1), [new Part("q", 2)], DayOfWeek.Friday, (1, "t")),
        new InvalidOperationException("outer", new ArgumentNullException("x")), Chain.Of(5), Chain.Ring(),
    ];

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void Damaged_objects_raise_only_typed_errors_and_take_no_more_than_their_share(bool tolerates, bool preserves)
    {
        var serializer = new Serializer(new SerializerOptions(tolerates, preserves));
        var samples = Samples.Where(sample => preserves || sample is not Chain).Select(sample => Bytes(serializer, sample)).ToArray();
        SerializerFuzz.Run(
            samples,
            (_, bytes) => serializer.Deserialize(new MemoryStream(bytes, 0, bytes.Length, false, true)),
            e => e is SerializationException or EvilDeserializationException or UnsupportedTypeException,
            SerializerFuzz.Rounds / 3);
    }

    [Fact]
    public void A_stream_that_does_not_know_its_length_is_no_way_around_the_limits()
    {
        var serializer = new Serializer(new SerializerOptions(true, true));
        SerializerFuzz.Run(
            Samples.Select(sample => Bytes(serializer, sample)).ToArray(),
            (_, bytes) => serializer.Deserialize(new Dripping(bytes)),
            e => e is SerializationException or EvilDeserializationException or UnsupportedTypeException,
            SerializerFuzz.Rounds / 10);
    }

    private static byte[] Bytes(Serializer serializer, object value)
    {
        using var stream = new MemoryStream();
        serializer.Serialize(value, stream);
        return stream.ToArray();
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization;
using System.Threading.Tasks;
using Hyperion;
using Hyperion.SerializerFactories;
using Hyperion.ValueSerializers;
using Xunit;

namespace Akka.Twin.Tests.Hyperion;

public sealed class ObjectTests
{
    private static readonly Func<string, string>[] AToB = [name => name.Replace("VersionA", "VersionB", StringComparison.Ordinal)];

    [Fact]
    public void A_field_that_one_side_lacks_is_left_out_or_keeps_its_default()
    {
        var writer = new Serializer(new SerializerOptions(versionTolerance: true, preserveObjectReferences: true));
        var reader = new Serializer(new SerializerOptions(true, true, null, null, null, true, AToB));
        var shared = new Part("shared", 1);

        var read = (object[])reader.Deserialize(Written(writer, new object[] { new VersionA { Kept = "k", Removed = 9, Nested = shared }, shared }));

        var version = Assert.IsType<VersionB>(read[0]);
        Assert.Equal(("k", 0L), (version.Kept, version.Added)); // no constructor, no initializer
        Assert.Same(read[1], version.Nested);
    }

    [Fact]
    public void Objects_follow_one_another_in_a_stream()
    {
        var serializer = new Serializer(new SerializerOptions(true, true));
        var stream = new MemoryStream();
        serializer.Serialize(new Part("a", 1), stream);
        serializer.Serialize("text", stream);
        serializer.Serialize(new Part("b", 2), stream);

        foreach (var source in new Stream[] { new MemoryStream(stream.ToArray()), new Dripping(stream.ToArray()) })
        {
            Assert.Equal(new Part("a", 1), serializer.Deserialize<Part>(source));
            Assert.Equal("text", serializer.Deserialize<string>(source));
            Assert.Equal(new Part("b", 2), serializer.Deserialize(source));
        }
    }

    [Fact]
    public void A_session_remembers_types_from_one_object_to_the_next()
    {
        var serializer = new Serializer(new SerializerOptions(true));
        var stream = new MemoryStream();
        var writing = serializer.GetSerializerSession();
        serializer.Serialize(new Part("a", 1), stream, writing);
        var first = stream.Length;
        serializer.Serialize(new Part("b", 1), stream, writing);

        Assert.True(stream.Length - first < first / 2);
        stream.Position = 0;
        var reading = serializer.GetDeserializerSession();
        Assert.Equal("a", serializer.Deserialize<Part>(stream, reading).Name);
        Assert.Equal("b", serializer.Deserialize<Part>(stream, reading).Name);
    }

    [Fact]
    public void Known_types_travel_without_their_names()
    {
        var serializer = new Serializer(new SerializerOptions(true, false, knownTypes: [typeof(Part), typeof(List<Part>)]));
        var written = Written(serializer, new List<Part> { new("a", 1) });

        Assert.True(written.Length < 20);
        Assert.Equal([new Part("a", 1)], (List<Part>)serializer.Deserialize(written));
    }

    [Fact]
    public void Known_types_that_hold_one_another_are_taken_in_any_order()
    {
        var serializer = new Serializer(new SerializerOptions(true, true, knownTypes: [typeof(Whole), typeof(Part), typeof(Chain)]));
        var whole = new Whole(Guid.NewGuid(), new Part("p", 1), [new Part("q", 2)], DayOfWeek.Friday, (1, "t"));

        Assert.Equal(whole.Rest, ((Whole)serializer.Deserialize(Written(serializer, whole))).Rest);
    }

    [Fact]
    public void What_is_bound_to_the_process_is_refused()
    {
        var serializer = new Serializer(new SerializerOptions(true, true));

        Assert.Throws<UnsupportedTypeException>(() => Written(serializer, (Action)What_is_bound_to_the_process_is_refused));
        Assert.Throws<UnsupportedTypeException>(() => Written(serializer, new object[] { new Func<int>(() => 1) }));
        Assert.Throws<UnsupportedTypeException>(() => Written(serializer, typeof(string).GetMethods()[0]));
        Assert.Throws<UnsupportedTypeException>(() => Written(serializer, Task.CompletedTask));
        Assert.Throws<UnsupportedTypeException>(() => Written(serializer, new MemoryStream()));
    }

    [Fact]
    public void An_exception_of_ones_own_keeps_its_fields_and_its_trace()
    {
        var serializer = new Serializer(new SerializerOptions(true, true));
        OwnException thrown = null;
        try
        {
            throw new OwnException("message", 7);
        }
        catch (OwnException e)
        {
            thrown = e;
        }

        var copy = (OwnException)serializer.Deserialize(Written(serializer, thrown));
        Assert.Equal(("message", 7, thrown.HResult), (copy.Message, copy.Code, copy.HResult));
        Assert.Contains(nameof(An_exception_of_ones_own_keeps_its_fields_and_its_trace), copy.StackTrace, StringComparison.Ordinal);

        var many = (AggregateException)serializer.Deserialize(Written(serializer, new AggregateException(new OwnException("a", 1), new OwnException("b", 2))));
        Assert.Equal(["a", "b"], many.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_comes_back_as_it_was()
    {
        var serializer = new Serializer();
        Assert.Equal("a\ud800b", serializer.Deserialize<string>(Written(serializer, "a\ud800b")));
    }

    [Fact]
    public void A_surrogate_stands_for_one_object_in_all_its_places()
    {
        var serializer = new Serializer(new SerializerOptions(true, true, [Surrogate.Create<Part, string[]>(p => [p.Name], s => new Part(s[0], 0))]));
        var part = new Part("p", 1);

        var copy = (object[])serializer.Deserialize(Written(serializer, new object[] { part, part }));
        Assert.Equal(new Part("p", 0), copy[0]);
        Assert.Same(copy[0], copy[1]);
    }

    [Fact]
    public void A_serializer_of_ones_own_is_asked_first()
    {
        var serializer = new Serializer(new SerializerOptions(true, true, serializerFactories: [new PartFactory()]));

        Assert.Equal([new Part("own", 2), new Part("own", 3)], (Part[])serializer.Deserialize(Written(serializer, new Part[] { new("x", 2), new("y", 3) })));
    }

    [Fact]
    public void Many_threads_learn_a_type_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var serializer = new Serializer(new SerializerOptions(true, true));
            Parallel.For(0, 16, i =>
            {
                var whole = new Whole(Guid.NewGuid(), new Part("p", i), [new Part("q", 2)], DayOfWeek.Friday, (1, "t"));
                Assert.Equal(whole.First, ((Whole)serializer.Deserialize(Written(serializer, whole))).First);
            });
        }
    }

    private static MemoryStream Written(Serializer serializer, object value)
    {
        var stream = new MemoryStream();
        serializer.Serialize(value, stream);
        stream.Position = 0;
        return stream;
    }

    private sealed class OwnException(string message, int code) : Exception(message)
    {
        private readonly int _code = code;

        public int Code => _code;
    }

    private sealed class PartFactory : ValueSerializerFactory
    {
        public override bool CanSerialize(Serializer serializer, Type type) => type == typeof(Part);

        public override bool CanDeserialize(Serializer serializer, Type type) => type == typeof(Part);

        public override ValueSerializer BuildSerializer(Serializer serializer, Type type, ConcurrentDictionary<Type, ValueSerializer> typeMapping)
        {
            var own = new ObjectSerializer(type);
            own.Initialize(
                (stream, session) => new Part("own", stream.ReadByte()),
                (stream, part, session) => stream.WriteByte((byte)((Part)part).Weight));
            typeMapping.TryAdd(type, own);
            return own;
        }
    }
}

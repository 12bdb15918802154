using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization;
using System.Text;
using Hyperion;
using Hyperion.Internal;
using Hyperion.Sessions;
using Hyperion.Types;
using Xunit;

namespace Akka.Twin.Tests.Hyperion;

/// <summary>Bytes made by hand to hurt whoever reads them.</summary>
public sealed class HostileInputTests
{
    private readonly Serializer _serializer = new(new SerializerOptions(versionTolerance: false, preserveObjectReferences: true));

    [Theory]
    [InlineData(typeof(List<int>))]
    [InlineData(typeof(int[]))]
    [InlineData(typeof(string[]))]
    [InlineData(typeof(Part[]))]
    [InlineData(typeof(Dictionary<string, int>))]
    [InlineData(typeof(decimal[,]))]
    [InlineData(typeof(System.Collections.Immutable.ImmutableList<Guid>))]
    public void A_count_that_the_bytes_cannot_hold_takes_no_memory(Type type)
    {
        byte[] count = [0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0x03];
        var input = Object(type, type == typeof(Dictionary<string, int>) ? [0, .. count] : count); // its comparer comes first
        foreach (var stream in new Stream[] { new MemoryStream(input), new Dripping(input) })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<SerializationException>(() => _serializer.Deserialize(stream));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000); // what the codecs of the type take once
        }
    }

    [Fact]
    public void Objects_with_fields_that_the_sender_leaves_out_cannot_multiply_the_bytes()
    {
        var tolerant = new Serializer(new SerializerOptions(versionTolerance: true));
        var list = new MemoryStream(Object(typeof(object[]), []));
        var bytes = new List<byte>(list.ToArray());
        bytes.AddRange([0xC0, 0x84, 0x3D]); // 1,000,000 elements
        bytes.AddRange(Object(typeof(Wide), [0])); // the type, defined without a field
        for (var i = 0; i < 999_999; i++)
        {
            bytes.AddRange([(byte)Tag.Object, 2]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SerializationException>(() => tolerant.Deserialize(new MemoryStream(bytes.ToArray())));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 80L * bytes.Count);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Endless_nesting_is_an_error_and_no_stack_overflow(int depth)
    {
        var head = Object(typeof(object[]), [1]);
        byte[] again = [(byte)Tag.Object, 1, 1];
        byte[] bytes = [.. head, .. Enumerable.Repeat(again, depth).SelectMany(x => x)];

        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream(bytes)));
    }

    [Fact]
    public void A_chain_that_is_too_long_is_an_error_for_the_writer_too()
    {
        Assert.Throws<SerializationException>(() => _serializer.Serialize(Chain.Of(100_000), new MemoryStream()));
        Assert.Throws<SerializationException>(() => new Serializer(new SerializerOptions(true)).Serialize(Chain.Ring(), new MemoryStream()));
    }

    [Fact]
    public void A_type_name_that_the_runtime_would_choke_on_never_reaches_it()
    {
        foreach (var name in new[]
        {
            "System.Int32" + string.Concat(Enumerable.Repeat("[]", 100_000)), "System.Int32" + string.Concat(Enumerable.Repeat("[]", 500)),
            string.Concat(Enumerable.Repeat("System.Collections.Generic.List`1[[", 100)), "System.Int32*", "System.Int32&", "System.Span`1[[System.Int32]]",
            "System.Collections.Generic.List`1", "", "\0", ", ,", "[", "System.Int32, \"", new string(',', 1000),
        })
        {
            Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream(Object(name, []))));
        }
    }

    [Fact]
    public void A_made_up_assembly_is_not_searched_for()
    {
        string asked = null;
        ResolveEventHandler notice = (_, e) =>
        {
            if (e.Name.Contains("Made.Up", StringComparison.Ordinal))
            {
                asked = e.Name;
            }

            return null;
        };
        AppDomain.CurrentDomain.AssemblyResolve += notice;
        try
        {
            Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream(Object("Some.Type, Made.Up", []))));
            Assert.Null(asked);
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyResolve -= notice;
        }
    }

    [Theory]
    [InlineData("System.IO.FileSystemInfo, System.Private.CoreLib")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("System.Windows.Data.ObjectDataProvider, PresentationFramework")]
    public void A_tool_of_attackers_is_refused_by_its_name(string name) =>
        Assert.Throws<EvilDeserializationException>(() => _serializer.Deserialize(new MemoryStream(Object(name, []))));

    [Fact]
    public void A_type_is_refused_for_an_ancestor_and_for_a_finalizer()
    {
        Assert.Throws<EvilDeserializationException>(() => _serializer.Deserialize(new MemoryStream(Object(typeof(FileInfo), []))));
        Assert.Throws<EvilDeserializationException>(() => _serializer.Deserialize(new MemoryStream(Object(typeof(FileInfo[]), [0]))));
        Assert.Throws<EvilDeserializationException>(() => _serializer.Deserialize(new MemoryStream(Object(typeof(Ending), []))));
    }

    [Fact]
    public void References_to_nothing_are_errors()
    {
        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream([(byte)Tag.Reference, 0])));
        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream([(byte)Tag.Object, 3])));
        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream([200])));
        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream([])));

        // an immutable list that holds itself
        var name = typeof(System.Collections.Immutable.ImmutableList<object>);
        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream(Object(name, [1, (byte)Tag.Reference, 0]))));
    }

    [Fact]
    public void A_primitive_is_not_made_by_its_fields() =>
        Assert.Throws<SerializationException>(() => _serializer.Deserialize(new MemoryStream(Object(typeof(int), []))));

    [Fact]
    public void What_one_serializer_has_loaded_another_ones_filter_still_refuses()
    {
        var bytes = new MemoryStream();
        _serializer.Serialize(new Part("a", 1), bytes);
        _serializer.Deserialize(new MemoryStream(bytes.ToArray()));
        var strict = new Serializer(new SerializerOptions(false, true).WithTypeFilter(TypeFilterBuilder.Create().Include<Chain>().Build()));

        Assert.Throws<UserEvilDeserializationException>(() => strict.Deserialize(new MemoryStream(bytes.ToArray())));
    }

    private static byte[] Object(Type type, byte[] content) => Object(TypeNames.ShortNameOf(type), content);

    private static byte[] Object(string typeName, byte[] content)
    {
        var name = Encoding.UTF8.GetBytes(typeName);
        using var output = new Output();
        output.WriteByte((byte)Tag.Object);
        output.WriteVarint(0);
        output.WriteVarint((uint)name.Length);
        output.Write(name);
        output.Write(content);
        return output.Written.ToArray();
    }

    private sealed class Wide
    {
#pragma warning disable CS0649 // only its size matters
        public decimal A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P;
#pragma warning restore CS0649
    }

    private sealed class Ending
    {
        ~Ending() => GC.KeepAlive(this);
    }
}

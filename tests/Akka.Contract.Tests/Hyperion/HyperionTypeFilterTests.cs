using System.Collections.Concurrent;
using System.Runtime.Serialization;
using System.Text;
using Akka.Serialization;
using Hyperion;
using Hyperion.Internal;
using Xunit;

namespace Akka.Contract.Tests.Hyperion;

public sealed class HyperionTypeFilterTests(HyperionFixture fixture) : IClassFixture<HyperionFixture>
{
    private const string LeafShort = "Akka.Contract.Tests.Hyperion.Leaf, Akka.Contract.Tests";

    [Fact]
    public void A_filter_of_ones_own_is_asked_for_the_full_name_by_the_writer_and_for_the_short_one_by_the_reader()
    {
        var filter = new Recording(_ => true);
        var serializer = Make(filter);

        var bytes = serializer.ToBinary(new Leaf("x", 1));
        Assert.Contains(typeof(Leaf).AssemblyQualifiedName!, filter.Asked);

        Assert.Equal(new Leaf("x", 1), serializer.FromBinary(bytes, typeof(object)));
        Assert.Contains(LeafShort, filter.Asked);
    }

    [Fact]
    public void A_type_that_the_filter_does_not_know_is_neither_written_nor_read_nor_initialized()
    {
        var bytes = Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(fixture.Make().ToBinary(new SleeperA { Number = 1 })).Replace("SleeperA", "SleeperB", StringComparison.Ordinal));
        var serializer = Make(new Recording(name => name.StartsWith("Akka.Contract.Tests.Hyperion.Leaf,", StringComparison.Ordinal)));

        Assert.Throws<UserEvilDeserializationException>(() => serializer.ToBinary(new SleeperA()));
        Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes, typeof(object)));
        Assert.False(Alarm.Rang);
    }

    /// <summary>Seen on the real one; that is why the product brings a filter of its own.</summary>
    [Fact]
    public void The_list_of_allowed_types_in_the_configuration_refuses_even_what_it_lists()
    {
        var serializer = fixture.Make($"""allowed-types = ["{LeafShort}"]""");

        Assert.Throws<UserEvilDeserializationException>(() => serializer.ToBinary(new Leaf("x", 1)));
    }

    [Fact]
    public void A_type_of_the_deny_list_is_refused()
    {
        Assert.Throws<EvilDeserializationException>(() => fixture.Make().ToBinary(new FileInfo("/nowhere")));
    }

    [Fact]
    public void Bytes_that_are_no_object_are_a_serialization_error()
    {
        var serializer = fixture.Make();

        Assert.Throws<SerializationException>(() => serializer.FromBinary([255, 255, 255, 255, 255, 255], typeof(object)));
    }

    private HyperionSerializer Make(ITypeFilter filter) => new(fixture.System, HyperionSerializerSettings.Default.WithTypeFilter(filter));

    private sealed class Recording(Func<string, bool> decide) : ITypeFilter
    {
        public ConcurrentBag<string> Asked { get; } = [];

        public bool IsAllowed(string typeName)
        {
            Asked.Add(typeName);
            return decide(typeName);
        }
    }
}

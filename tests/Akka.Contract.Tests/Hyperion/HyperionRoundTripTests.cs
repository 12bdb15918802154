using System.Collections.Immutable;
using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Hyperion;

public sealed class HyperionRoundTripTests(HyperionFixture fixture) : IClassFixture<HyperionFixture>
{
    public static TheoryData<object> Values => new()
    {
        true, (byte)200, (sbyte)-3, (short)-300, (ushort)60000, int.MinValue, uint.MaxValue, long.MinValue, ulong.MaxValue, 1.5f, -2.25, 79.5m, 'ß',
        "text, täxt, 文", "", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc),
        new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(2)), TimeSpan.FromTicks(-7), Colour.Blue, new Leaf("leaf", 3), (1, "two"), Tuple.Create(1, "two"),
        typeof(Leaf), typeof(int),
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_comes_back_as_it_was(object value) => Assert.Equal(value, fixture.Copy(value));

    [Fact]
    public void Arrays_keep_their_elements_and_types()
    {
        Assert.Equal(new byte[] { 1, 2, 3 }, fixture.Copy(new byte[] { 1, 2, 3 }));
        Assert.Equal(new[] { 1, -1, int.MaxValue }, fixture.Copy(new[] { 1, -1, int.MaxValue }));
        Assert.Equal(new[] { "a", null, "" }, fixture.Copy(new[] { "a", null, "" }));
        Assert.Equal(new[] { Guid.Empty }, fixture.Copy(new[] { Guid.Empty }));
        Assert.Equal(new Leaf[] { new("a", 1), new("b", 2) }, fixture.Copy(new Leaf[] { new("a", 1), new("b", 2) }));
        Assert.Equal(new object?[] { 1, "two", null, Colour.Red }, fixture.Copy(new object?[] { 1, "two", null, Colour.Red }));
    }

    [Fact]
    public void Collections_keep_their_elements()
    {
        Assert.Equal([1, 2, 3], fixture.Copy(new List<int> { 1, 2, 3 }));
        Assert.Equal(new Dictionary<string, Leaf> { ["a"] = new("x", 1) }, fixture.Copy(new Dictionary<string, Leaf> { ["a"] = new("x", 1) }));
        Assert.True(fixture.Copy(new HashSet<string> { "a", "b" }).SetEquals(["b", "a"]));
        Assert.Equal(ImmutableList.Create("a", "b"), fixture.Copy(ImmutableList.Create("a", "b")));
        Assert.Equal([1, 2], fixture.Copy(ImmutableArray.Create(1, 2)).ToArray());
        Assert.Equal("v", fixture.Copy(ImmutableDictionary<string, string>.Empty.Add("k", "v"))["k"]);
        Assert.True(fixture.Copy(ImmutableHashSet.Create(1, 2)).SetEquals([2, 1]));
    }

    [Fact]
    public void A_record_of_a_subtype_keeps_its_type_and_all_fields()
    {
        Tree tree = new Oak(Guid.NewGuid(), new Leaf("first", 1), null, ["a", "b"], new Dictionary<string, int> { ["x"] = 1 }, Colour.Blue);

        var copy = Assert.IsType<Oak>(fixture.Copy(tree));
        Assert.Equal(tree.Id, copy.Id);
        Assert.Equal(tree.First, copy.First);
        Assert.Null(copy.Second);
        Assert.Equal(tree.Labels, copy.Labels);
        Assert.Equal(tree.Counts, copy.Counts);
        Assert.Equal(Colour.Blue, copy.Colour);
    }

    [Fact]
    public void Private_fields_of_ancestors_travel_and_no_constructor_runs_at_the_reader()
    {
        var heir = new Heir("secret", 7);
        var runs = Holder.ConstructorRuns;

        var copy = fixture.Copy(heir);

        Assert.Equal("secret", copy.Hidden);
        Assert.Equal(7, copy.Own);
        Assert.Equal(runs, Holder.ConstructorRuns);
    }

    [Fact]
    public void Fields_marked_so_stay_behind()
    {
        var copy = fixture.Copy(new Partly { Kept = 1, Volatile = 2, Ignored = 3 });

        Assert.Equal(1, copy.Kept);
        Assert.Equal(0, copy.Volatile);
        Assert.Equal(0, copy.Ignored);
    }

    [Fact]
    public void A_cycle_closes_again()
    {
        var node = new Node { Name = "one", Next = new Node { Name = "two" } };
        node.Next.Next = node;

        var copy = fixture.Copy(node);

        Assert.Equal("two", copy.Next!.Name);
        Assert.Same(copy, copy.Next.Next);
    }

    [Fact]
    public void One_object_in_two_places_is_one_object_again()
    {
        var leaf = new Leaf("shared", 1);
        var copy = fixture.Copy(new Tree(Guid.Empty, leaf, leaf, [], []));

        Assert.Same(copy.First, copy.Second);
    }

    [Fact]
    public void Without_preserved_references_it_becomes_two()
    {
        var leaf = new Leaf("shared", 1);
        var copy = fixture.Copy(new Tree(Guid.Empty, leaf, leaf, [], []), "preserve-object-references = false");

        Assert.Equal(copy.First, copy.Second);
        Assert.NotSame(copy.First, copy.Second);
    }

    [Fact]
    public void Without_version_tolerance_records_travel_as_well()
    {
        var oak = new Oak(Guid.NewGuid(), new Leaf("first", 1), null, ["a"], new Dictionary<string, int> { ["x"] = 1 }, Colour.Blue);
        var copy = fixture.Copy(oak, "version-tolerance = false");

        Assert.Equal(oak.First, copy.First);
        Assert.Equal(oak.Counts, copy.Counts);
        Assert.Equal(oak.Colour, copy.Colour);
    }

    [Fact]
    public void An_exception_keeps_its_type_message_and_cause()
    {
        var copy = fixture.Copy<Exception>(new InvalidOperationException("outer", new ArgumentException("inner")));

        Assert.IsType<InvalidOperationException>(copy);
        Assert.Equal("outer", copy.Message);
        Assert.Equal("inner", Assert.IsType<ArgumentException>(copy.InnerException).Message);
    }

    [Fact]
    public void A_reference_to_an_actor_is_the_same_actor_at_its_own_system()
    {
        var actor = fixture.System.ActorOf(Props.Empty, "referred");
        var copy = fixture.Copy<object>(Tuple.Create(actor));

        Assert.Equal(actor, Assert.IsType<Tuple<IActorRef>>(copy).Item1);
    }

    [Fact]
    public void A_configured_surrogate_travels_in_the_place_of_its_type()
    {
        const string Settings = """surrogates = ["Akka.Contract.Tests.Hyperion.SealedSurrogate, Akka.Contract.Tests"]""";

        Assert.Equal(new Sealed("secret"), fixture.Copy(new Sealed("secret"), Settings));
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(fixture.Make(Settings).ToBinary(new Sealed("secret"))), StringComparison.Ordinal);
    }
}

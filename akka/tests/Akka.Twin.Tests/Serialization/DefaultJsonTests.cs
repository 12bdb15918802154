using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;
using Xunit;

namespace Akka.Twin.Tests.Serialization;

/// <summary>Messages that nobody bound come back as they were, or not at all.</summary>
public sealed class DefaultJsonTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("json", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));

    public enum Colour
    {
        Red,
        Green,
    }

    public interface IShape;

    public static TheoryData<object> Carried => new()
    {
        "text", 17, 3.5m, double.NaN, true, Colour.Green, new[] { 1, 2 }, new List<string> { "a", null }, (1, "two"), ("a", Colour.Red, 3L), Tuple.Create(1, "x"),
        new Dictionary<string, int> { ["a"] = 1 }, ImmutableList.Create(1, 2), Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff"), TimeSpan.FromSeconds(3), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        new Order("o", 2, new Line("a", 1.5), [new Line("b", 2), new Line("c", 3)], new Dictionary<string, Line> { ["d"] = new("d", 4) }),
        new Settable { Number = 5, Text = "t", Nested = new Settable { Number = 6 } }, new Underscored(3, "x"), new Point { X = 1, Y = 2 }, new Wrapper<int>(4), Array.Empty<byte>(), new Empty(),
        new Many(new[] { 1, 2 }, new HashSet<string> { "x" }, ImmutableArray.Create(1), null, Colour.Red, 5),
    };

    public static TheoryData<object> Refused => new()
    {
        new Holds(1), new Owner(new Circle(1)), new Bases(new Derived("a", 1)), new ListOfBases([new Base("a"), new Derived("b", 1)]), new HiddenState(), new GetOnly(), new Lost(1), new Deep(), new Throwing(),
        new Exception("x"), new InvalidOperationException("x"), new System.IO.FileInfo("/x"), (Action)(static () => { }), typeof(string), new System.Diagnostics.ProcessStartInfo("x"), new object(), new List<object> { 1 },
        new OwnException(), new WithDelegate(static () => { }), new Uri[1, 1], new Dictionary<string, Base> { ["a"] = new Derived("b", 1) }, new System.Text.StringBuilder("x"),
    };

    [Theory]
    [MemberData(nameof(Carried))]
    public void What_is_carried_comes_back_as_it_was(object message)
    {
        var serializer = _system.Serialization.FindSerializerForType(typeof(DefaultJsonTests));
        Assert.Equal(1, serializer.Identifier);

        var copy = _system.Serialization.Deserialize(serializer.ToBinary(message), 1, message.GetType().TypeQualifiedName());

        Assert.IsType(message.GetType(), copy);
        Assert.Equivalent(message, copy, strict: true);
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void What_would_lose_a_part_or_is_no_plain_data_is_refused_when_written(object message)
    {
        Assert.Throws<SerializationException>(() => _system.Serialization.FindSerializerForType(typeof(DefaultJsonTests)).ToBinary(message));
    }

    [Theory]
    [InlineData("System.IO.FileInfo, System.Private.CoreLib", "\"/etc/passwd\"")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process", "{}")]
    [InlineData("System.IO.FileSystemWatcher, System.IO.FileSystem.Watcher", "{\"Path\":\"/\",\"EnableRaisingEvents\":true}")]
    [InlineData("System.Threading.CancellationTokenSource, System.Private.CoreLib", "{}")]
    [InlineData("System.Collections.Generic.List`1[[System.Object, System.Private.CoreLib]], System.Private.CoreLib", "[1]")]
    [InlineData("System.Object, System.Private.CoreLib", "{}")]
    [InlineData("System.Type, System.Private.CoreLib", "\"System.String\"")]
    [InlineData("No.Such.Type, Nowhere", "{}")]
    [InlineData("[[[", "{}")]
    [InlineData("", "{}")]
    public void A_peer_cannot_have_other_types_made(string manifest, string json)
    {
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(System.Text.Encoding.UTF8.GetBytes(json), 1, manifest));
    }

    [Fact]
    public void A_type_name_of_endless_depth_does_not_end_the_process()
    {
        const string Open = "System.Collections.Generic.List`1[[";
        var nested = string.Concat(System.Linq.Enumerable.Repeat(Open, 5_000)) + "System.Int32" + string.Concat(System.Linq.Enumerable.Repeat("]]", 5_000));
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize("[]"u8.ToArray(), 1, nested));
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize("[]"u8.ToArray(), 1, "System.Int32" + string.Concat(System.Linq.Enumerable.Repeat("[]", 5_000))));
    }

    [Fact]
    public void References_inside_come_back_as_references()
    {
        var actor = _system.ActorOf(Props.Create(() => new Silent()), "a");
        var serializer = _system.Serialization.FindSerializerForType(typeof(DefaultJsonTests));
        var copy = (WithRefs)_system.Serialization.Deserialize(serializer.ToBinary(new WithRefs(actor, [actor, null])), 1, typeof(WithRefs).TypeQualifiedName());
        Assert.Equal(actor, copy.One);
        Assert.Equal([actor, null], copy.More);
    }

    public void Dispose() => _system.Dispose();

    public sealed record Line(string Name, double Amount);

    public sealed record Order(string Id, int Count, Line First, IReadOnlyList<Line> Lines, Dictionary<string, Line> ByName)
    {
        public int Total => Count + Lines.Count;
    }

    public sealed record Many(IEnumerable<int> Numbers, ISet<string> Names, ImmutableArray<int> Array, Line Nothing, Colour Colour, int? Maybe);

    public sealed class Settable
    {
        public int Number;

        public string Text { get; init; }

        public Settable Nested { get; set; }
    }

    public sealed class Underscored
    {
        private readonly int _number;

        public Underscored(int number, string text)
        {
            _number = number;
            Text = text;
        }

        public int Number => _number;

        public string Text { get; }
    }

    public struct Point
    {
        public int X;

        public int Y { get; set; }
    }

    public sealed record Wrapper<T>(T Value);

    public sealed record Empty;

    public sealed record WithRefs(IActorRef One, List<IActorRef> More);

    public sealed record Holds(object Anything);

    public sealed record Circle(double Radius) : IShape;

    public sealed record Owner(IShape Shape);

    public record Base(string Text);

    public sealed record Derived(string Text, int Number) : Base(Text);

    public sealed record Bases(Base One);

    public sealed record ListOfBases(List<Base> All);

    public sealed class HiddenState
    {
        private int _count = 3;

        public int Count() => _count++;
    }

    public sealed class GetOnly
    {
        public int Number { get; } = Environment.ProcessId;
    }

    public sealed class Lost
    {
        public Lost(int count)
        {
            Number = count;
        }

        public int Number { get; }
    }

    public sealed class Deep
    {
        public Deep Self => this;

        public Deep Same { get => this; set { } }
    }

    public sealed class Throwing
    {
        public int Number { get => throw new TimeoutException("never"); set { } }
    }

    public sealed class OwnException : Exception;

    public sealed record WithDelegate(Action Action);

    private sealed class Silent : ReceiveActor;
}

using System;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class PathTests
{
    [Theory]
    [InlineData("akka://sys", "akka", "sys", null, null)]
    [InlineData("akka.tcp://sys@host:4053", "akka.tcp", "sys", "host", 4053)]
    [InlineData("akka.tcp://sys@[::1]:1", "akka.tcp", "sys", "[::1]", 1)]
    public void Addresses_are_read_and_written_alike(string text, string protocol, string system, string host, int? port)
    {
        Address address = Address.Parse(text);
        Assert.Equal((protocol, system, host, port), (address.Protocol, address.System, address.Host, address.Port));
        Assert.Equal(text, address.ToString());
        Assert.Equal(text[(protocol.Length + 3)..], address.HostPort());
        Assert.Equal(address, new Address(protocol, system, host, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sys")]
    [InlineData("://sys")]
    [InlineData("akka://")]
    [InlineData("akka://sys:80")]
    [InlineData("akka://sys@host")]
    [InlineData("akka://sys@host:x")]
    [InlineData("akka://sys@:1")]
    [InlineData("akka://@host:1")]
    public void What_is_no_address_is_refused(string text) => Assert.False(Address.TryParse(text, out Address _));

    [Fact]
    public void Paths_are_read_and_written_alike_and_compare_without_their_uid()
    {
        ActorPath path = ActorPath.Parse("akka.tcp://sys@host:1/user/a/b#42");
        Assert.Equal(42, path.Uid);
        Assert.Equal(3, path.Depth);
        Assert.Equal(new[] { "user", "a", "b" }, path.Elements);
        Assert.Equal("akka.tcp://sys@host:1/user/a/b", path.ToString());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal("akka.tcp://sys@host:1/user/a/b#42", path.ToSerializationFormat());
        Assert.Equal(path, ActorPath.Parse("akka.tcp://sys@host:1/user/a/b#7"));
        Assert.Equal(path.GetHashCode(), path.WithUid(7).GetHashCode());
        Assert.NotEqual(path, ActorPath.Parse("akka.tcp://sys@host:2/user/a/b#42"));
        Assert.Equal(path, ActorPath.Parse("akka.tcp://sys@host:1/") / "user" / new[] { "a", "b" });
        Assert.Equal("akka://sys/", new RootActorPath(new Address("akka", "sys")).ToString());
        Assert.Equal("/", new RootActorPath(new Address("akka", "sys")).ToStringWithoutAddress());
        Assert.True(path.CompareTo(path.Parent) > 0);
        Assert.True(path.CompareTo(path.Parent / "c") < 0);
    }

    [Fact]
    public void Only_a_path_without_a_host_takes_another_address()
    {
        Address outside = new("akka.tcp", "sys", "host", 1);
        ActorPath local = new RootActorPath(new Address("akka", "sys")) / "user" / "a#5";
        Assert.Equal("akka.tcp://sys@host:1/user/a#5", local.ToSerializationFormatWithAddress(outside));
        Assert.Equal("akka.tcp://sys@host:1/user/a", local.ToStringWithAddress(outside));
        ActorPath remote = new RootActorPath(outside) / "user";
        Assert.Equal("akka.tcp://sys@host:1/user", remote.ToStringWithAddress(new Address("akka.tcp", "other", "else", 2)));
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("a-b_c.d*$+:@&=,!~';()\"", true)]
    [InlineData("a%20b", true)]
    [InlineData("a%2", false)]
    [InlineData("$a", false)]
    [InlineData("ä", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Names_are_valid_or_not(string name, bool valid) => Assert.Equal(valid, ActorPath.IsValidPathElement(name));

    [Theory]
    [InlineData("abc", "a*", true)]
    [InlineData("abc", "*c", true)]
    [InlineData("abc", "a?c", true)]
    [InlineData("abc", "a*b*c*", true)]
    [InlineData("aXbXc", "a*b*c", true)]
    [InlineData("abc", "a?", false)]
    [InlineData("abc", "b*", false)]
    public void Patterns_match_names(string name, string pattern, bool matches) =>
        Assert.Equal(matches, new SelectChildPattern(pattern).Matches(name));

    [Fact]
    public void Props_take_their_arguments_once_and_from_constructor_calls_only()
    {
        int evaluations = 0;
        Func<Script> argument = () =>
        {
            evaluations++;
            return new Script();
        };
        Props props = Props.Create(() => new Scripted(argument()));
        Assert.Equal(1, evaluations);
        Assert.Equal(typeof(Scripted), props.Type);
        Assert.Throws<ArgumentException>(() => Props.Create(() => MakeOne()));
        Assert.Throws<ArgumentException>(() => Props.Create(typeof(string)));
        Props changed = props.WithDispatcher("d").WithMailbox("m");
        Assert.Equal(("d", "m"), (changed.Dispatcher, changed.Mailbox));
        Assert.Equal(Akka.Dispatch.Dispatchers.DefaultDispatcherId, props.Dispatcher);
    }

    private static Scripted MakeOne() => null;
}

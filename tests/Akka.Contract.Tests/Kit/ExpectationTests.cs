using System.Collections;
using Akka.Actor;
using Akka.TestKit.TestActors;
using Xunit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.Kit;

public class ExpectationTests : PatientTestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void A_message_of_the_wrong_type_fails_at_once_and_is_consumed()
    {
        TestActor.Tell("wrong");
        TestActor.Tell(1);

        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>());
        Assert.Equal(1, ExpectMsg<int>());
    }

    [Fact]
    public void A_message_of_the_wrong_value_fails_and_is_consumed()
    {
        TestActor.Tell(1);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg(2));
        TestActor.Tell(3);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(number => number > 5));
        Assert.False(HasMessages);
    }

    [Fact]
    public void An_expectation_without_a_message_fails_when_its_time_is_over()
    {
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(Short));
        Assert.Null(ReceiveOne(Short));
        Assert.ThrowsAny<XunitException>(() => ReceiveN(1, Short));
    }

    [Fact]
    public async Task The_asynchronous_twins_do_the_same()
    {
        TestActor.Tell("one");
        TestActor.Tell("two");
        TestActor.Tell("three");
        Assert.Equal("one", await ExpectMsgAsync<string>());
        Assert.Equal("two", await ExpectMsgAsync("two"));
        Assert.Equal("three", await ReceiveOneAsync());
        await ExpectNoMsgAsync(Short);
        await Assert.ThrowsAnyAsync<XunitException>(() => ExpectMsgAsync<string>(Short).AsTask());
    }

    [Fact]
    public void Silence_is_broken_by_any_message()
    {
        ExpectNoMsg(Short);
        ExpectNoMsg(20);
        TestActor.Tell("noise");
        AwaitCondition(() => HasMessages);
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(Short));
    }

    [Fact]
    public void A_set_of_messages_comes_in_any_order_but_complete()
    {
        TestActor.Tell(3);
        TestActor.Tell(1);
        TestActor.Tell(2);
        Assert.Equal([1, 2, 3], ExpectMsgAllOf(1, 2, 3).Order());

        TestActor.Tell(1);
        TestActor.Tell(9);
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(1, 2));
        TestActor.Tell(2);
        Assert.Equal(2, ExpectMsgAnyOf<int>([1, 2]));
    }

    [Fact]
    public void Fishing_drops_what_does_not_fit()
    {
        TestActor.Tell("not this");
        TestActor.Tell(7);
        TestActor.Tell("this");
        TestActor.Tell("rest");
        Assert.Equal("this", FishForMessage(message => message is "this"));
        Assert.Equal("rest", FishForMessage<string>(text => text == "rest"));
        Assert.ThrowsAny<XunitException>(() => FishForMessage<string>(_ => true, Short));
    }

    [Fact]
    public void What_was_passed_over_while_fishing_is_handed_out()
    {
        TestActor.Tell("1");
        TestActor.Tell(2);
        TestActor.Tell("3");
        var others = new ArrayList { "from before" };
        Assert.Equal("3", FishForMessage<string>(text => text == "3", others));
        Assert.Equal(new ArrayList { "1", 2 }, others);
    }

    [Fact]
    public async Task Fishing_for_what_must_not_come_fails_when_it_comes()
    {
        TestActor.Tell("other");
        AwaitCondition(() => HasMessages);
        await FishUntilMessageAsync<int>(Short);
        Assert.False(HasMessages);
        TestActor.Tell(1);
        AwaitCondition(() => HasMessages);
        await Assert.ThrowsAnyAsync<XunitException>(() => FishUntilMessageAsync<int>(Short));
    }

    [Fact]
    public void The_message_that_ends_a_series_stays()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);
        TestActor.Tell("end");

        var series = ReceiveWhile<string>(TimeSpan.FromSeconds(10), message => message is int number ? number.ToString() : null!);

        Assert.Equal(["1", "2"], series);
        ExpectMsg("end");
    }

    [Fact]
    public void A_series_ends_when_it_is_idle_too_long_or_full()
    {
        TestActor.Tell("1");
        TestActor.Tell("2");
        TestActor.Tell("3");
        Assert.Equal(2, ReceiveWhile<string>(TimeSpan.FromSeconds(10), message => (string)message, msgs: 2).Count);
        AwaitCondition(() => HasMessages);
        Assert.Single(ReceiveWhile<string>(TimeSpan.FromSeconds(10), Short, message => (string)message));
    }

    [Fact]
    public void The_sender_of_a_message_can_be_expected_too()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "hello");
        ExpectMsgFrom(probe.Ref, "hello");
        probe.Send(TestActor, "hello");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom(TestActor, "hello"));
    }

    [Fact]
    public void Ignored_messages_do_not_arrive()
    {
        IgnoreMessages<int>(number => number > 5);
        TestActor.Tell(10);
        TestActor.Tell(1);
        ExpectMsg(1);
        IgnoreNoMessages();
        TestActor.Tell(10);
        ExpectMsg(10);
    }

    [Fact]
    public void Equal_collections_are_equal_messages()
    {
        TestActor.Tell(new[] { 1, 2, 3 });
        ExpectMsg(new[] { 1, 2, 3 });
    }

    [Fact]
    public void An_assertion_inside_an_expectation_fails_the_expectation()
    {
        TestActor.Tell(1);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(number => Assert.Equal(2, number)));
    }

    [Fact]
    public void A_probe_is_a_reference_with_its_own_messages()
    {
        var probe = CreateTestProbe("mine");
        var echo = Sys.ActorOf(SimpleEchoActor.Props());
        echo.Tell("to the probe", probe);
        probe.ExpectMsg("to the probe");
        probe.Reply("back");
        probe.ExpectMsg("back");
        probe.Tell("and on");
        probe.ExpectMsg("and on");
        probe.Forward(TestActor);
        ExpectMsg("and on");
        Assert.Equal(TestActor, LastSender);
        Assert.Equal("/system/mine", probe.Ref.Path.ToStringWithoutAddress());
    }
}

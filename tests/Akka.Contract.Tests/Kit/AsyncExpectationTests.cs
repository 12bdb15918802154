using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Xunit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.Kit;

/// <summary>The awaiting forms take from the same messages, in the same order, as the blocking ones.</summary>
public class AsyncExpectationTests : PatientTestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Every_form_takes_the_next_message()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, 1);
        for (var i = 2; i <= 9; i++) TestActor.Tell(i);

        Assert.Equal(1, await ExpectMsgFromAsync<int>(probe.Ref));
        Assert.Equal(2, await ExpectMsgAsync<int>(number => number == 2));
        await ExpectMsgAsync<int>(number => Assert.Equal(3, number));
        Assert.Equal(4, await ExpectMsgAnyOfAsync([5, 4]));
        Assert.Equal(5, await PeekOneAsync());
        Assert.Equal(5, await ReceiveOneAsync(Long));
        var (success, envelope) = await TryReceiveOneAsync(Long);
        Assert.True(success);
        Assert.Equal(6, envelope.Message);
        Assert.Equal([7, 8], await All(ReceiveNAsync(2, Long)));
        Assert.Equal(9, await FishForMessageAsync<int>(number => number > 0));
        Assert.False((await TryReceiveOneAsync(Short)).success);
    }

    [Fact]
    public async Task A_series_ends_at_the_message_that_does_not_belong_to_it()
    {
        foreach (var message in new object[] { 1, 2, "end", 3 }) TestActor.Tell(message);
        Assert.Equal([1, 2], await All(ReceiveWhileAsync<int>(_ => true, Long, shouldIgnoreOtherMessageTypes: false)));
        Assert.Equal(["end"], await All(ReceiveWhileAsync(Long, message => message as string)));
        await ExpectMsgAsync(3);
    }

    [Fact]
    public async Task A_set_is_complete_or_fails()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        Assert.Equal(2, (await All(ExpectMsgAllOfAsync(new[] { "a", "b" }))).Count);
        TestActor.Tell("a");
        TestActor.Tell("c");
        await Assert.ThrowsAnyAsync<XunitException>(() => All(ExpectMsgAllOfAsync(new[] { "a", "b" })));
    }

    [Fact]
    public async Task The_end_of_an_actor_is_awaited()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props);
        await WatchAsync(actor);
        Sys.Stop(actor);
        Assert.Equal(actor, (await ExpectTerminatedAsync(actor)).ActorRef);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = ExpectMsgAsync<string>(TimeSpan.FromMinutes(5), cancellationToken: cancellation.Token).AsTask();
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(Long));
        TestActor.Tell("later");
        await ExpectMsgAsync("later");
    }

    [Fact]
    public void A_pilot_answers_and_the_test_still_sees_the_messages()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell("auto " + message, ActorRefs.NoSender);
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));
        probe.Ref.Tell("first", TestActor);
        ExpectMsg("auto first");
        probe.Ref.Tell("last", TestActor);
        ExpectMsg("auto last");
        probe.Ref.Tell("alone", TestActor);
        probe.ExpectMsg("first");
        probe.ExpectMsg("last");
        probe.ExpectMsg("alone");
        ExpectNoMsg(Short);
    }

    private static async Task<List<T>> All<T>(IAsyncEnumerable<T> messages)
    {
        var all = new List<T>();
        await foreach (var message in messages) all.Add(message);
        return all;
    }
}

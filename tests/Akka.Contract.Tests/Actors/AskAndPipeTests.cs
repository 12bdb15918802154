using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class AskAndPipeTests : PatientTestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_answer_of_the_wrong_type_is_an_argument_exception()
    {
        var answering = Answering("text");
        Assert.Equal("text", await answering.Ask<string>("?", Soon));
        await Assert.ThrowsAsync<ArgumentException>(() => answering.Ask<int>("?", Soon));
    }

    [Fact]
    public async Task No_answer_is_an_ask_timeout_and_no_timeout_exception()
    {
        var error = await Assert.ThrowsAsync<AskTimeoutException>(() => CreateTestProbe().Ref.Ask<string>("?", TimeSpan.FromMilliseconds(50)));
        Assert.IsNotType<TimeoutException>(error, exactMatch: false);
    }

    [Fact]
    public async Task A_status_failure_faults_the_ask_unless_an_object_is_asked_for()
    {
        var failing = Answering(new Status.Failure(new TestException("no")));
        await Assert.ThrowsAsync<TestException>(() => failing.Ask<string>("?", Soon));
        Assert.IsType<Status.Failure>(await failing.Ask<object>("?", Soon));
        Assert.IsType<TestException>((await failing.Ask<Status.Failure>("?", Soon)).Cause);
    }

    [Fact]
    public async Task A_cancelled_ask_is_a_cancelled_task()
    {
        using var cancellation = new CancellationTokenSource();
        var asked = CreateTestProbe().Ref.Ask<string>("?", cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task The_first_answer_wins_and_a_later_one_is_a_dead_letter()
    {
        var probe = CreateTestProbe();
        var asked = probe.Ref.Ask<string>("?", Soon);
        probe.ExpectMsg("?");
        probe.Reply("first");
        Assert.Equal("first", await asked);
        await EventFilter.DeadLetter<string>(text => text == "second").ExpectOneAsync(() => probe.Reply("second"));
    }

    [Fact]
    public void An_ask_without_a_timeout_waits_for_ever_by_default()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, Sys.Settings.Config.GetTimeSpan("akka.actor.ask-timeout"));
        var probe = CreateTestProbe();
        var asked = probe.Ref.Ask<string>("?");
        probe.ExpectMsg("?");
        Assert.False(asked.IsCompleted);
        probe.Reply("at last");
        AwaitCondition(() => asked.IsCompletedSuccessfully, Soon);
    }

    [Fact]
    public void What_continues_an_ask_does_not_run_in_the_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ContinuingActor(Answering("text"))));
        actor.Tell("ask");
        Assert.IsType<NotSupportedException>(ExpectMsg<Exception>());
    }

    [Fact]
    public void A_piped_result_comes_as_itself_and_a_failure_as_a_status()
    {
        Task.FromResult("result").PipeTo(TestActor);
        ExpectMsg("result");

        Task.FromException<string>(new TestException("no")).PipeTo(TestActor);
        Assert.IsType<TestException>(ExpectMsg<Status.Failure>().Cause);

        Task.FromResult(3).PipeTo(TestActor, success: number => $"number {number}");
        ExpectMsg("number 3");

        Task.FromException<int>(new TestException("no")).PipeTo(TestActor, failure: e => e.Message);
        ExpectMsg("no");
    }

    [Fact]
    public void A_task_without_a_result_is_silent_when_it_succeeds()
    {
        Task.CompletedTask.PipeTo(TestActor);
        Task.FromException(new TestException("no")).PipeTo(TestActor);
        Assert.IsType<TestException>(ExpectMsg<Status.Failure>().Cause);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_piped_message_has_no_sender_unless_one_is_given()
    {
        var probe = CreateTestProbe();
        Task.FromResult("result").PipeTo(TestActor);
        ExpectMsg<string>((_, sender) => Assert.True(sender.IsNobody()));
        Task.FromResult("result").PipeTo(TestActor, probe.Ref);
        ExpectMsg<string>((_, sender) => Assert.Equal(probe.Ref, sender));
    }

    [Fact]
    public async Task A_graceful_stop_says_whether_it_came_in_time()
    {
        Assert.True(await Answering("x").GracefulStop(Soon));

        var gate = new TaskCompletionSource();
        var busy = Sys.ActorOf(Props.Create(() => new BlockedActor(gate.Task)));
        busy.Tell("block");
        Assert.False(await busy.GracefulStop(TimeSpan.FromMilliseconds(50)));
        gate.SetResult();
    }

    private IActorRef Answering(object answer) => Sys.ActorOf(Props.Create(() => new AnsweringActor(answer)));

    private sealed class AnsweringActor : ReceiveActor
    {
        public AnsweringActor(object answer)
        {
            ReceiveAny(_ => Sender.Tell(answer));
        }
    }

    private sealed class BlockedActor : ReceiveActor
    {
        public BlockedActor(Task gate)
        {
            ReceiveAny(_ => gate.Wait(TimeSpan.FromSeconds(10)));
        }
    }

    private sealed class ContinuingActor : ReceiveActor
    {
        public ContinuingActor(IActorRef asked)
        {
            Receive<string>(_ =>
            {
                var sender = Sender;
                asked.Ask<string>("?", Soon).ContinueWith(
                    _ => sender.Tell(Record.Exception(() => Context.Self), ActorRefs.NoSender), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            });
        }
    }
}

using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class DeathWatchTests : PatientTestKit
{
    [Fact]
    public void Death_is_told_once_even_when_watched_twice()
    {
        var watched = CreateTestProbe();
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new WatchIt(watched.Ref));
        watcher.Tell(new WatchIt(watched.Ref));
        ExpectMsg("watching");
        ExpectMsg("watching");
        Sys.Stop(watched.Ref);
        Assert.Equal(watched.Ref, ExpectMsg<Died>().Notification.ActorRef);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Watching_somebody_dead_already_is_told_as_well()
    {
        var dead = CreateTestProbe();
        Watch(dead.Ref);
        Sys.Stop(dead.Ref);
        ExpectTerminated(dead.Ref);
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));

        watcher.Tell(new WatchIt(dead.Ref));

        ExpectMsg("watching");
        Assert.False(ExpectMsg<Died>().Notification.ExistenceConfirmed);
    }

    [Fact]
    public void Unwatch_takes_back_a_notification_that_is_already_queued()
    {
        var watched = CreateTestProbe();
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new WatchIt(watched.Ref));
        ExpectMsg("watching");
        var gate = new TaskCompletionSource();
        watcher.Tell(new UnwatchAfter(watched.Ref, gate.Task));
        ExpectMsg("held");
        Watch(watched.Ref);
        Sys.Stop(watched.Ref);
        ExpectTerminated(watched.Ref);
        gate.SetResult();
        ExpectMsg("unwatched");
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Whoever_asks_can_be_watched_until_it_has_its_answer()
    {
        var asked = CreateTestProbe();
        var answer = asked.Ref.Ask<string>("question", TimeSpan.FromSeconds(30));
        asked.ExpectMsg("question");
        var asker = asked.LastSender;
        Watch(asker);
        asker.Tell("answer");
        ExpectTerminated(asker);
        Assert.Equal("answer", await answer);
    }

    [Fact]
    public void A_custom_message_comes_in_place_of_the_notification_with_the_dead_as_its_sender()
    {
        var watched = CreateTestProbe();
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(new WatchIt(watched.Ref, "gone"));
        ExpectMsg("watching");
        Sys.Stop(watched.Ref);
        ExpectMsg("gone");
        Assert.Equal(watched.Ref, LastSender);
    }

    [Fact]
    public void The_last_words_of_the_dead_come_before_the_notification()
    {
        var watched = Sys.ActorOf(Props.Create(() => new LastWords(TestActor)));
        Watch(watched);
        watched.Tell("speak and die");
        ExpectMsg("1");
        ExpectMsg("2");
        ExpectTerminated(watched);
    }

    [Fact]
    public void A_death_that_is_not_handled_kills_the_watcher()
    {
        var watched = CreateTestProbe();
        var watcher = Sys.ActorOf(Props.Create(() => new Careless(watched.Ref)));
        Watch(watcher);
        watcher.Tell("ping");
        ExpectMsg("pong");
        EventFilter.Exception<DeathPactException>().ExpectOne(() =>
        {
            Sys.Stop(watched.Ref);
            ExpectTerminated(watcher);
        });
    }

    private sealed record Died(Terminated Notification);

    private sealed record WatchIt(IActorRef Who, object? Message = null);

    private sealed record UnwatchAfter(IActorRef Who, Task Gate);

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef probe)
        {
            Receive<WatchIt>(watch =>
            {
                if (watch.Message == null)
                {
                    Context.Watch(watch.Who);
                }
                else
                {
                    Context.WatchWith(watch.Who, watch.Message);
                }

                probe.Tell("watching");
            });
            Receive<UnwatchAfter>(unwatch =>
            {
                probe.Tell("held");
                unwatch.Gate.Wait(TimeSpan.FromSeconds(10));
                Context.Unwatch(unwatch.Who);
                probe.Tell("unwatched");
            });

            // A Terminated that is sent on would be lost: whoever gets it does not watch.
            Receive<Terminated>(terminated => probe.Tell(new Died(terminated)));
            ReceiveAny(message => probe.Tell(message, Sender));
        }
    }

    private sealed class LastWords : ReceiveActor
    {
        public LastWords(IActorRef probe)
        {
            ReceiveAny(_ =>
            {
                probe.Tell("1");
                probe.Tell("2");
                Context.Stop(Self);
            });
        }
    }

    private sealed class Careless : ReceiveActor
    {
        public Careless(IActorRef watched)
        {
            Context.Watch(watched);
            Receive<string>(_ => Sender.Tell("pong"));
        }
    }
}

using System.Linq;
using System.Threading;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class DeathWatchTests : SystemFixture
{
    [Fact]
    public void Terminated_comes_once_after_everything_the_dead_actor_sent()
    {
        IActorRef watcher = Sys.ActorOf(new Script
        {
            OnMessage = (actor, message) =>
            {
                if (message is IActorRef subject)
                {
                    actor.Own.Watch(subject);
                    actor.Own.Watch(subject);
                    actor.Own.WatchWith(subject, "not this one");
                    subject.Tell("go");
                }
                else
                {
                    Report(message);
                }
            },
        }.Props);
        Script talker = new()
        {
            OnMessage = (actor, _) =>
            {
                for (int i = 0; i < 5; i++) actor.Sender.Tell(i);
                actor.Own.Stop(actor.Self);
            },
        };
        IActorRef subject = Sys.ActorOf(talker.Props);
        watcher.Tell(subject);
        object[] seen = Next(6);
        Assert.Equal(new object[] { 0, 1, 2, 3, 4 }, seen.Take(5));
        Terminated terminated = Assert.IsType<Terminated>(seen[5]);
        Assert.Equal(subject, terminated.ActorRef);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
        Drain(watcher);
        Assert.Empty(Rest());
    }

    [Fact]
    public void Watching_the_dead_or_the_unknown_is_answered_without_existence()
    {
        IActorRef dead = Sys.ActorOf(new Script().Props);
        Assert.True(Await(dead.GracefulStop(Limit)));
        IActorRef unknown = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef("akka://test/user/nobody");
        foreach (IActorRef subject in new[] { dead, unknown })
        {
            Sys.ActorOf(new Script
            {
                OnPreStart = actor => actor.Own.Watch(subject),
                OnMessage = (_, message) => Report(message),
            }.Props);
            Terminated terminated = Assert.IsType<Terminated>(Next());
            Assert.Equal(subject, terminated.ActorRef);
            Assert.False(terminated.ExistenceConfirmed);
        }
    }

    [Fact]
    public void Unwatch_suppresses_a_notification_that_is_queued_already()
    {
        using ManualResetEventSlim gate = new(false);
        using ManualResetEventSlim entered = new(false);
        IActorRef subject = Sys.ActorOf(new Script().Props);
        IActorRef watcher = Sys.ActorOf(new Script
        {
            OnPreStart = actor => actor.Own.Watch(subject),
            OnMessage = (actor, message) =>
            {
                switch (message)
                {
                    case "block":
                        entered.Set();
                        gate.Wait(Limit);
                        break;
                    case "unwatch":
                        actor.Own.Unwatch(subject);
                        break;
                    default:
                        Report(message);
                        break;
                }
            },
        }.Props);
        watcher.Tell("block");
        Assert.True(entered.Wait(Limit));
        watcher.Tell("unwatch");
        Assert.True(Await(subject.GracefulStop(Limit)));
        // The notification is a system message, so it is handled, and queued as a user message, before "unwatch" runs.
        gate.Set();
        watcher.Tell("end");
        Assert.Equal("end", Next());
        Assert.Empty(Rest());
    }

    [Fact]
    public void A_custom_message_takes_the_place_of_Terminated_with_the_dead_as_its_sender()
    {
        IActorRef subject = Sys.ActorOf(new Script().Props);
        Sys.ActorOf(new Script
        {
            OnPreStart = actor => actor.Own.WatchWith(subject, "gone"),
            OnMessage = (actor, message) =>
            {
                Report(message);
                Report(actor.Sender);
            },
        }.Props);
        Await(subject.GracefulStop(Limit));
        Assert.Equal(new object[] { "gone", subject }, Next(2));
    }

    [Fact]
    public void An_unhandled_Terminated_kills_the_watcher_by_its_parents_decision()
    {
        IActorRef subject = Sys.ActorOf(new Script().Props);
        Script watcher = new()
        {
            OnPreStart = actor => actor.Own.Watch(subject),
            OnMessage = (actor, message) => actor.PassOn(message),
            OnPostStop = _ => Report("stopped"),
        };
        Sys.ActorOf(watcher.Props);
        Await(subject.GracefulStop(Limit));
        Assert.Equal("stopped", Next());
        Assert.Equal(1, watcher.Incarnations);
    }

    [Fact]
    public void Watches_survive_the_watchers_restart()
    {
        IActorRef subject = Sys.ActorOf(new Script().Props);
        int starts = 0;
        IActorRef watcher = Sys.ActorOf(new Script
        {
            OnPreStart = actor =>
            {
                if (++starts == 1) actor.Own.Watch(subject);
            },
            OnMessage = (_, message) =>
            {
                if (message is "fail") throw new TestFailure();
                Report(message.GetType());
            },
        }.Props);
        watcher.Tell("fail");
        Drain(watcher);
        Await(subject.GracefulStop(Limit));
        Assert.Equal(typeof(Terminated), Next());
        Assert.Equal(2, starts);
    }

    [Fact]
    public void References_of_two_incarnations_differ_though_their_paths_do_not()
    {
        IActorRef first = Sys.ActorOf(new Script().Props, "name");
        Await(first.GracefulStop(Limit));
        IActorRef second = Sys.ActorOf(new Script().Props, "name");
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
        IActorRefProvider provider = ((ExtendedActorSystem)Sys).Provider;
        Assert.Equal(second, provider.ResolveActorRef("akka://test/user/name"));
        Assert.Equal(second, provider.ResolveActorRef(second.Path.ToSerializationFormat()));
        Assert.NotEqual(second, provider.ResolveActorRef(first.Path.ToSerializationFormat()));
    }
}

using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

/// <summary>The order of handlers and commands.</summary>
public class PersistTests() : PersistentActorKit(new JournalScript())
{
    [Fact]
    public void A_handler_runs_before_the_next_command_with_the_sender_of_its_own()
    {
        var actor = Start();
        var other = CreateTestProbe();
        actor.Tell(TellingActor.Do(self => self.Persist("a", _ => self.SenderNow.Tell("reply a", self.SelfRef()))), other.Ref);
        actor.Tell(TellingActor.Do(self => self.SenderNow.Tell("reply b", self.SelfRef())), TestActor);
        other.ExpectMsg("reply a");
        ExpectMsg("reply b");
    }

    [Fact]
    public void Commands_that_come_while_events_are_written_wait_and_keep_their_order()
    {
        var written = new TaskCompletionSource();
        Script.OnWrite = _ => Later(written);
        var actor = Start();
        Do(actor, self => self.Store("a"));
        for (int i = 1; i <= 5; i++) actor.Tell("c" + i);
        Do(actor, self => self.Store("b"));
        actor.Tell("c6");
        written.SetResult();
        Hear("stored a, last 1", "command c1", "command c2", "command c3", "command c4", "command c5", "stored b, last 2", "command c6");
    }

    [Fact]
    public void All_events_of_one_command_are_handled_before_the_next_command()
    {
        var actor = Start();
        Do(actor, self =>
        {
            self.Store("a");
            self.PersistAll(["b", "c"], stored => self.Report($"stored {stored}, last {self.LastSequenceNr}"));
            self.Store("d");
            self.Report("handler ends");
        });
        actor.Tell("next");
        Hear("handler ends", "stored a, last 1", "stored b, last 2", "stored c, last 3", "stored d, last 4", "command next");
    }

    [Fact]
    public void Events_persisted_in_a_handler_come_after_the_outer_ones_and_before_the_next_command()
    {
        var actor = Start();
        Do(actor, self =>
        {
            self.Persist("a", _ =>
            {
                self.Report("handled a");
                self.Store("nested");
            });
            self.Store("b");
        });
        actor.Tell("next");
        Hear("handled a", "stored b, last 2", "stored nested, last 3", "command next");
    }

    [Fact]
    public void Persisting_without_waiting_lets_commands_through_and_keeps_the_order_of_handlers()
    {
        var written = new TaskCompletionSource();
        Script.OnWrite = _ => Later(written);
        var actor = Start();
        Do(actor, self => self.PersistAsync("a", stored => self.Report("stored " + stored)));
        Do(actor, self => self.PersistAllAsync(["b", "c"], stored => self.Report("stored " + stored)));
        Do(actor, self => self.DeferAsync("d", deferred => self.Report("deferred " + deferred)));
        actor.Tell("next");
        Hear("command next");
        written.SetResult();
        Hear("stored a", "stored b", "stored c", "deferred d");
    }

    [Fact]
    public void What_is_deferred_runs_at_once_when_nothing_is_pending()
    {
        var actor = Start();
        Do(actor, self =>
        {
            self.DeferAsync("d", deferred => self.Report("deferred " + deferred));
            self.Report("after");
        });
        Hear("deferred d", "after");
    }

    [Fact]
    public void What_is_deferred_is_not_stored()
    {
        var actor = Start();
        Do(actor, self =>
        {
            self.Store("a");
            self.DeferAsync("d", deferred => self.Report("deferred " + deferred));
        });
        Hear("stored a, last 1", "deferred d");
        StopAndForget(actor);
        Start("p", "recovered a, last 1, recovering True");
    }

    [Fact]
    public void Only_one_write_of_an_actor_is_with_the_journal_at_a_time()
    {
        var first = new TaskCompletionSource();
        int writes = 0;
        Script.OnWrite = _ =>
        {
            if (Interlocked.Increment(ref writes) > 1) return null;
            Probe.Ref.Tell("writing");
            return Later(first);
        };
        var actor = Start();
        Do(actor, self => self.PersistAsync("a", stored => self.Report("stored " + stored)));
        Hear("writing");
        Do(actor, self => self.PersistAsync("b", stored => self.Report("stored " + stored)));
        Do(actor, self => self.PersistAsync("c", stored => self.Report("stored " + stored)));
        actor.Tell("next");
        Hear("command next");
        Assert.Equal(1, Volatile.Read(ref writes));
        first.SetResult();
        Hear("stored a", "stored b", "stored c");
        Assert.Equal(2, Volatile.Read(ref writes));
    }

    [Fact]
    public void The_users_stash_works_beside_the_internal_one()
    {
        var written = new TaskCompletionSource();
        Script.OnWrite = _ => Later(written);
        var actor = Start();
        Do(actor, self => self.Stash.Stash());
        Do(actor, self => self.Report("second"));
        Do(actor, self => self.Persist("a", _ =>
        {
            self.Report("stored a");
        }));
        actor.Tell("waiting");
        written.SetResult();
        Hear("second", "stored a", "command waiting");
    }

    [Fact]
    public void Stashed_commands_come_back_in_their_order()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(Probe.Ref)));
        foreach (string text in new[] { "1", "2", "open" }) actor.Tell(text);
        Hear("opened");
        actor.Tell("3");
        Hear("1", "2", "3");
    }

    [Fact]
    public void A_command_that_awaits_may_persist_afterwards_and_the_next_one_waits()
    {
        var actor = Start();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(actor, self => self.Await(async () =>
        {
            self.Report("before");
            await gate.Task;
            self.Report("after");
            self.Store("a");
        }));
        actor.Tell("next");
        Hear("before");
        gate.SetResult();
        Hear("after", "stored a, last 1", "command next");
    }

    [Fact]
    public void A_poison_pill_overtakes_commands_that_wait_for_a_write()
    {
        var written = new TaskCompletionSource();
        Script.OnWrite = _ => Later(written);
        var actor = Start();
        Watch(actor);
        Do(actor, self => self.Store("a"));
        actor.Tell("never");
        actor.Tell(PoisonPill.Instance);
        Hear("poststop");
        ExpectTerminated(actor);
        written.SetResult();
        Probe.ExpectNoMsg(TimeSpan.Zero);
    }

    private static async Task<System.Collections.Immutable.IImmutableList<Exception>> Later(TaskCompletionSource when)
    {
        await when.Task;
        return null!;
    }
}

internal static class TellingActorExtensions
{
    public static IActorRef SelfRef(this TellingActor actor) => ((IInternalActor)actor).ActorContext.Self;
}

internal sealed class StashingActor : Akka.Persistence.UntypedPersistentActor
{
    private readonly IActorRef _probe;
    private bool _open;

    public StashingActor(IActorRef probe) => _probe = probe;

    public override string PersistenceId => "stashing";

    protected override void OnRecover(object message)
    {
    }

    protected override void OnCommand(object message)
    {
        if ((string)message == "open")
        {
            Persist("opened", opened =>
            {
                _open = true;
                _probe.Tell(opened);
                Stash.UnstashAll();
            });
        }
        else if (_open)
        {
            Persist((string)message, stored => _probe.Tell(stored));
        }
        else
        {
            Stash.Stash();
        }
    }
}

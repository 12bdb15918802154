using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

public class RecoveryTests() : PersistentActorKit(new JournalScript(), "akka.persistence.max-concurrent-recoveries = 2")
{
    [Fact]
    public void Events_are_replayed_in_order_after_the_users_hook_and_before_any_command()
    {
        StoreAndStop("p", "a", "b", "c");
        var gate = new TaskCompletionSource();
        Script.BeforeReplay = _ => gate.Task;
        var actor = Sys.ActorOf(Props.Create(() => new TellingActor("p", Probe.Ref)));
        actor.Tell("early");
        Hear("prestart");
        gate.SetResult();
        Hear("recovered a, last 1, recovering True", "recovered b, last 2, recovering True", "recovered c, last 3, recovering True");
        Hear("replayed", "completed, last 3, recovering False", "command early");
    }

    [Fact]
    public void Recovery_begins_with_the_newest_snapshot_and_goes_on_behind_it()
    {
        var actor = Start();
        foreach (string text in new[] { "a", "b" }) Do(actor, self => self.Store(text));
        Hear("stored a, last 1", "stored b, last 2");
        Do(actor, self => self.SaveSnapshot("ab"));
        Hear("snapshot saved at 2");
        Do(actor, self => self.Store("c"));
        Hear("stored c, last 3");
        StopAndForget(actor);
        Start("p", "snapshot ab at 2, last 2", "recovered c, last 3, recovering True");
    }

    [Fact]
    public void Without_snapshot_selection_all_events_are_replayed()
    {
        var actor = Start();
        Do(actor, self => self.Store("a"));
        Hear("stored a, last 1");
        Do(actor, self => self.SaveSnapshot("snap"));
        Hear("snapshot saved at 1");
        StopAndForget(actor);
        Sys.ActorOf(Props.Create(() => new RecoveringActor("p", Probe.Ref, new Recovery(SnapshotSelectionCriteria.None))));
        Hear("a", "completed 1");
    }

    [Fact]
    public void Recovery_stops_at_the_number_asked_for_and_numbers_go_on_behind_the_highest()
    {
        StoreAndStop("p", "a", "b", "c");
        var actor = Sys.ActorOf(Props.Create(() => new RecoveringActor("p", Probe.Ref, new Recovery(SnapshotSelectionCriteria.Latest, 2))));
        Hear("a", "b", "completed 3");
        actor.Tell("d");
        Hear("stored d 4");
    }

    [Fact]
    public void No_recovery_at_all_still_knows_the_highest_number()
    {
        StoreAndStop("p", "a", "b");
        var actor = Sys.ActorOf(Props.Create(() => new RecoveringActor("p", Probe.Ref, Recovery.None)));
        Hear("completed 2");
        actor.Tell("c");
        Hear("stored c 3");
    }

    [Fact]
    public void An_unhandled_snapshot_is_no_snapshot_for_an_actor_that_says_so()
    {
        var actor = Start();
        Do(actor, self => self.Store("a"));
        Hear("stored a, last 1");
        Do(actor, self => self.SaveSnapshot("snap"));
        Hear("snapshot saved at 1");
        StopAndForget(actor);
        Sys.ActorOf(Props.Create(() => new RecoveringActor("p", Probe.Ref, Recovery.Default)));
        Hear("a", "completed 1");
    }

    [Fact]
    public void The_handler_of_the_completion_may_persist()
    {
        Sys.ActorOf(Props.Create(() => new StartingActor("p", Probe.Ref))).Tell("command");
        Hear("stored started", "command");
    }

    [Fact]
    public void Persisting_during_recovery_is_refused()
    {
        StoreAndStop("p", "a");
        var actor = Sys.ActorOf(Props.Create(() => new PersistingWhileRecovering("p", Probe.Ref)));
        Watch(actor);
        Hear(nameof(InvalidOperationException));
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_handler_that_fails_while_recovering_stops_the_actor()
    {
        StoreAndStop("p", "a", "poison", "b");
        var actor = Sys.ActorOf(Props.Create(() => new TellingActor("p", Probe.Ref)));
        Watch(actor);
        Hear("prestart", "recovered a, last 1, recovering True", "recovery failed: poison", "poststop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_journal_that_cannot_replay_stops_the_actor()
    {
        StoreAndStop("p", "a");
        Script.BeforeReplay = _ => Task.FromException(new TestFailure("unreadable"));
        var actor = Sys.ActorOf(Props.Create(() => new TellingActor("p", Probe.Ref)));
        Watch(actor);
        Hear("prestart", "recovery failed: unreadable", "poststop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void No_more_actors_recover_at_a_time_than_are_allowed()
    {
        StoreAndStop("p1", "a");
        StoreAndStop("p2", "a");
        StoreAndStop("p3", "a");
        var gates = new Dictionary<string, TaskCompletionSource> { ["p1"] = new(), ["p2"] = new(), ["p3"] = new() };
        var begun = CreateTestProbe();
        Script.BeforeReplay = id =>
        {
            begun.Ref.Tell(id);
            return gates[id].Task;
        };
        foreach (string id in new[] { "p1", "p2", "p3" })
        {
            Sys.ActorOf(Props.Create(() => new TellingActor(id, TestActor)));
            if (id != "p3") begun.ExpectMsg(id);
        }

        for (int i = 0; i < 3; i++) ExpectMsg("prestart");
        begun.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        gates["p1"].SetResult();
        begun.ExpectMsg("p3");
        gates["p2"].SetResult();
        gates["p3"].SetResult();
        for (int i = 0; i < 9; i++) ExpectMsg<string>();
    }

    [Fact]
    public void An_actor_that_ends_while_it_recovers_gives_its_turn_to_the_next()
    {
        StoreAndStop("p1", "a");
        Script.BeforeReplay = id => id == "p1" ? new TaskCompletionSource().Task : Task.CompletedTask;
        for (int i = 0; i < 2; i++)
        {
            var stuck = Sys.ActorOf(Props.Create(() => new TellingActor("p1", Probe.Ref)));
            Hear("prestart");
            StopAndForget(stuck);
        }

        StoreAndStop("p2", "a");
    }

    [Fact]
    public void An_actor_without_an_id_does_not_start()
    {
        var actor = EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Sys.ActorOf(Props.Create(() => new TellingActor(null!, Probe.Ref))));
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_journal_that_is_not_configured_fails_the_start()
    {
        Assert.Throws<ArgumentException>(() => Akka.Persistence.Persistence.Instance.Apply(Sys).JournalFor("no.such.section"));
    }

    [Fact]
    public void Sequence_numbers_go_on_after_everything_was_deleted()
    {
        var actor = Start();
        Do(actor, self => self.PersistAll(["a", "b", "c"], stored => self.Report(stored)));
        Hear("a", "b", "c");
        Do(actor, self => self.DeleteMessages(long.MaxValue));
        Hear("deleted to 3");
        StopAndForget(actor);
        var next = Start();
        Do(next, self => self.Store("d"));
        Hear("stored d, last 4");
        Do(next, self => self.DeleteMessages(5));
        Hear("not deleted to 5");
    }

    private void StoreAndStop(string id, params string[] texts)
    {
        var actor = Start(id);
        foreach (string text in texts) Do(actor, self => self.Persist(text, stored => self.Report("done " + stored)));
        Hear([.. texts.Select(text => "done " + text)]);
        StopAndForget(actor);
    }

    /// <summary>Does not want snapshots, and says so.</summary>
    private sealed class RecoveringActor(string id, IActorRef probe, Recovery recovery) : PersistentActor
    {
        public override string PersistenceId => id;

        public override Recovery Recovery => recovery;

        protected override bool ReceiveRecover(object message)
        {
            if (message is SnapshotOffer) return false;
            probe.Tell(message is RecoveryCompleted ? "completed " + LastSequenceNr : message);
            return true;
        }

        protected override bool ReceiveCommand(object message)
        {
            Persist((string)message, stored => probe.Tell($"stored {stored} {LastSequenceNr}"));
            return true;
        }
    }

    private sealed class StartingActor : ReceivePersistentActor
    {
        public StartingActor(string id, IActorRef probe)
        {
            PersistenceId = id;
            Recover<RecoveryCompleted>(_ => Persist("started", stored => probe.Tell("stored " + stored)));
            Command<string>(text => probe.Tell(text));
        }

        public override string PersistenceId { get; }
    }

    private sealed class PersistingWhileRecovering : ReceivePersistentActor
    {
        private readonly IActorRef _probe;

        public PersistingWhileRecovering(string id, IActorRef probe)
        {
            PersistenceId = id;
            _probe = probe;
            Recover<string>(text => Persist(text, _ => { }));
        }

        public override string PersistenceId { get; }

        protected override void OnRecoveryFailure(Exception reason, object? message = null) => _probe.Tell(reason.GetType().Name);
    }
}

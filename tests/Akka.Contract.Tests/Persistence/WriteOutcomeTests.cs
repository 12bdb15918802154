using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

/// <summary>Failure: it may be stored, so the actor stops. Rejection: it is not, and the actor goes on.</summary>
public class WriteOutcomeTests() : PersistentActorKit(new JournalScript())
{
    [Fact]
    public void A_failed_write_stops_the_actor_without_a_restart()
    {
        var actor = Start();
        Watch(actor);
        Script.OnWrite = _ => Task.FromException<IImmutableList<Exception>>(new TestFailure("disk"));
        Do(actor, self => self.Store("a"));
        actor.Tell("never");
        Hear("failed a 1: disk", "poststop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_journal_that_throws_has_failed()
    {
        var actor = Start();
        Watch(actor);
        Script.OnWrite = _ => throw new TestFailure("thrown");
        Do(actor, self => self.PersistAsync("a", _ => self.Report("never")));
        Hear("failed a 1: thrown", "poststop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_journal_that_answers_for_another_number_of_writes_has_failed()
    {
        var actor = Start();
        Watch(actor);
        Script.OnWrite = _ => Task.FromResult<IImmutableList<Exception>>(ImmutableList.Create<Exception>(null!, null!));
        Do(actor, self => self.Store("a"));
        Assert.StartsWith("failed a 1: ", Probe.ExpectMsg<string>(), StringComparison.Ordinal);
        Hear("poststop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_rejected_event_is_skipped_its_number_is_used_up_and_the_actor_goes_on()
    {
        var actor = Start();
        Script.OnWrite = writes => Reject(writes, "b");
        Do(actor, self =>
        {
            self.Store("a");
            self.Store("b");
            self.Store("c");
        });
        actor.Tell("next");
        Hear("stored a, last 1", "rejected b 2: not b", "stored c, last 3", "command next");
    }

    [Fact]
    public void A_rejected_atomic_write_is_rejected_event_by_event()
    {
        var actor = Start();
        Script.OnWrite = writes => Reject(writes, "b");
        Do(actor, self => self.PersistAll(["a", "b", "c"], _ => self.Report("never")));
        actor.Tell("next");
        Hear("rejected a 1: not b", "rejected b 2: not b", "rejected c 3: not b", "command next");
    }

    [Fact]
    public void A_failing_handler_restarts_the_actor_and_recovery_runs_again()
    {
        var actor = Start();
        Do(actor, self => self.Store("a"));
        Do(actor, self => self.Persist("b", _ => throw new TestFailure("handler")));
        actor.Tell("next");
        Hear("stored a, last 1", "prerestart", "poststop", "prestart");
        Hear("recovered a, last 1, recovering True", "recovered b, last 2, recovering True", "replayed", "completed, last 2, recovering False", "command next");
    }

    [Fact]
    public void A_failing_command_restarts_the_actor_and_what_waited_is_not_lost()
    {
        var actor = Start();
        Do(actor, self => self.Store("a"));
        Do(actor, _ => throw new TestFailure("command"));
        actor.Tell("x");
        Do(actor, self => self.Store("b"));
        actor.Tell("y");
        Hear("stored a, last 1", "prerestart", "poststop", "prestart", "recovered a, last 1, recovering True", "replayed", "completed, last 1, recovering False");
        Hear("command x", "stored b, last 2", "command y");
    }

    [Fact]
    public void Commands_that_waited_for_a_write_survive_the_failure_of_its_handler()
    {
        var written = new TaskCompletionSource();
        Script.OnWrite = _ => WhenDone(written);
        var actor = Start();
        Do(actor, self => self.Persist("a", _ => throw new TestFailure("handler")));
        actor.Tell("x");
        actor.Tell("y");
        Do(actor, self => self.Report("z"));
        written.SetResult();
        Hear("prerestart", "poststop", "prestart", "replayed", "completed, last 0, recovering False", "command x", "command y", "z");
    }

    [Fact]
    public void The_journal_is_left_alone_while_its_circuit_is_open()
    {
        var journal = Akka.Persistence.Persistence.Instance.Apply(Sys).JournalFor(null);
        Script.OnWrite = _ => Task.FromException<IImmutableList<Exception>>(new TestFailure("disk"));
        for (int i = 0; i < 10; i++) Assert.Equal("disk", WriteAndFail(journal).Message);
        int asked = 0;
        Script.OnWrite = _ =>
        {
            Interlocked.Increment(ref asked);
            return null;
        };
        Assert.IsType<Akka.Pattern.OpenCircuitException>(WriteAndFail(journal));
        Assert.Equal(0, Volatile.Read(ref asked));
    }

    private Exception WriteAndFail(IActorRef journal)
    {
        journal.Tell(new WriteMessages([new AtomicWrite(new Persistent("a", 1, "p"))], Probe.Ref, 1), Probe.Ref);
        var failed = Probe.ExpectMsg<WriteMessagesFailed>();
        Assert.Equal(1, failed.WriteCount);
        return Probe.ExpectMsg<WriteMessageFailure>().Cause;
    }

    private static Task<IImmutableList<Exception>>? Reject(IReadOnlyList<AtomicWrite> writes, string bad) =>
        Task.FromResult<IImmutableList<Exception>>(ImmutableList.CreateRange<Exception>(writes.Select(write =>
            ((IImmutableList<IPersistentRepresentation>)write.Payload).Any(persistent => Equals(persistent.Payload, bad)) ? new TestFailure("not " + bad) : null!)));

    private static async Task<IImmutableList<Exception>> WhenDone(TaskCompletionSource written)
    {
        await written.Task;
        return null!;
    }
}

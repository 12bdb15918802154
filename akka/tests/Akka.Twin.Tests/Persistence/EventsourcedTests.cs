using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Twin.Tests.Actor;
using Xunit;

namespace Akka.Twin.Tests.Persistence;

/// <summary>What a persistent actor does with answers that are not its own, and with a full internal stash.</summary>
public class EventsourcedTests() : SystemFixture(Settings)
{
    private const string Settings = """
        akka.persistence { journal.plugin = held, snapshot-store.plugin = "" }
        held { class = "Akka.Twin.Tests.Persistence.EventsourcedTests+HeldJournal, Akka.Twin.Tests", plugin-dispatcher = akka.actor.default-dispatcher }
        small { mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox", stash-capacity = 2 }
        """;

    private readonly TaskCompletionSource<IImmutableList<Exception>> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void Answers_to_an_earlier_incarnation_neither_run_handlers_nor_let_a_second_write_out()
    {
        using Hold hold = new(this);
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Storing(Report, ThrowOverflowExceptionStrategy.Instance)));
        actor.Tell("a");
        Assert.Equal("writing a", Next());
        foreach (object stale in new object[]
            {
                WriteMessagesSuccessful.Instance, new WriteMessageSuccess(new Persistent("x", 1, "p"), -1), new WriteMessageRejected(new Persistent("x", 1, "p"), new InvalidOperationException(), -1),
                new LoopMessageSuccess("x", -1), new WriteMessageFailure(new Persistent("x", 1, "p"), new InvalidOperationException(), -1), new WriteMessagesFailed(new InvalidOperationException(), 1),
                new RecoveryTick(true), new RecoveryTick(false),
            })
        {
            actor.Tell(stale);
        }

        actor.Tell("b");
        actor.Tell(new Identify(1), ActorRefs.NoSender);
        _written.SetResult(null);
        Assert.Equal("stored a 1", Next());
        Assert.Equal("writing b", Next());
        Assert.Equal("stored b 2", Next());
    }

    [Fact]
    public void A_full_internal_stash_fails_the_actor_by_default()
    {
        using Hold hold = new(this);
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Storing(Report, ThrowOverflowExceptionStrategy.Instance)).WithMailbox("small"));
        actor.Tell("a");
        Assert.Equal("writing a", Next());
        foreach (string text in new[] { "b", "c", "d" }) actor.Tell(text);
        Assert.Equal("restarting: StashOverflowException", Next());
        _written.SetResult(null);
    }

    [Fact]
    public void A_full_internal_stash_can_answer_the_sender()
    {
        using Hold hold = new(this);
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Storing(Report, new ReplyToStrategy("busy"))).WithMailbox("small"));
        IActorRef sender = Sys.ActorOf(Props.Create(() => new Reporting(Report)));
        actor.Tell("a", sender);
        Assert.Equal("writing a", Next());
        foreach (string text in new[] { "b", "c", "d" }) actor.Tell(text, sender);
        Assert.Equal("busy", Next());
        _written.SetResult(null);
        Assert.Equal(["stored a 1", "writing b", "stored b 2", "writing c", "stored c 3"], Enumerable.Range(0, 5).Select(_ => (string)Next()));
    }

    [Fact]
    public void A_full_internal_stash_can_let_the_rest_become_dead_letters()
    {
        using Hold hold = new(this);
        IActorRef dead = Sys.ActorOf(Props.Create(() => new Reporting(Report)));
        Sys.EventStream.Subscribe(dead, typeof(Akka.Event.DeadLetter));
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Storing(Report, DiscardToDeadLetterStrategy.Instance)).WithMailbox("small"));
        actor.Tell("a", dead);
        Assert.Equal("writing a", Next());
        foreach (string text in new[] { "b", "c", "d" }) actor.Tell(text, dead);
        Assert.Equal("d", Assert.IsType<Akka.Event.DeadLetter>(Next()).Message);
        _written.SetResult(null);
    }

    /// <summary>Makes the journal of this test's system wait with its first write.</summary>
    private sealed class Hold : IDisposable
    {
        public static readonly Dictionary<ActorSystem, EventsourcedTests> Tests = new();

        private readonly EventsourcedTests _test;

        public Hold(EventsourcedTests test)
        {
            _test = test;
            lock (Tests) Tests.Add(test.Sys, test);
        }

        public void Dispose()
        {
            lock (Tests) Tests.Remove(_test.Sys);
        }
    }

    internal sealed class HeldJournal : MemoryJournal
    {
        private readonly EventsourcedTests _test;

        public HeldJournal()
        {
            lock (Hold.Tests) _test = Hold.Tests[Context.System];
        }

        protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
        {
            List<AtomicWrite> all = messages.ToList();
            _test.Report("writing " + ((IImmutableList<IPersistentRepresentation>)all[0].Payload)[0].Payload);
            await _test._written.Task.ConfigureAwait(false);
            return await base.WriteMessagesAsync(all).ConfigureAwait(false);
        }
    }

    private sealed class Storing(Action<object> report, IStashOverflowStrategy overflow) : PersistentActor
    {
        public override string PersistenceId => "p";

        public override IStashOverflowStrategy InternalStashOverflowStrategy => overflow;

        protected override bool ReceiveRecover(object message) => true;

        protected override bool ReceiveCommand(object message)
        {
            if (message is not string text) return false;
            Persist(text, stored => report($"stored {stored} {LastSequenceNr}"));
            return true;
        }

        protected override void PreRestart(Exception reason, object message)
        {
            report("restarting: " + reason.GetType().Name);
            base.PreRestart(reason, message);
        }
    }

    private sealed class Reporting(Action<object> report) : UntypedActor
    {
        protected override void OnReceive(object message) => report(message);
    }
}

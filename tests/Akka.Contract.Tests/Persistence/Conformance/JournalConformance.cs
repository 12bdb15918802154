using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence.Conformance;

/// <summary>
/// What every journal has to do, asked by the messages that persistent actors send. The configuration names the journal under test as the
/// default one.
/// </summary>
public abstract class JournalConformance : Akka.TestKit.Xunit2.TestKit
{
    private static readonly Config Patience = ConfigurationFactory.ParseString("akka.test { single-expect-default = 30s, filter-leeway = 30s }");

    private readonly string _writer = Guid.NewGuid().ToString();

    protected JournalConformance(string settings)
        : base(ConfigurationFactory.ParseString(settings)
            .WithFallback(ConfigurationFactory.ParseString(ConformanceSerializer.SettingsHere))
            .WithFallback(Patience))
    {
        Probe = CreateTestProbe();
        Pid = "p-" + Guid.NewGuid().ToString("N");
    }

    /// <summary>True if the journal writes payloads to bytes; one in memory need not.</summary>
    protected abstract bool Serializes { get; }

    protected TestProbe Probe { get; }

    protected string Pid { get; }

    protected IActorRef Journal => Akka.Persistence.Persistence.Instance.Apply(Sys).JournalFor(null);

    [Fact]
    public void A_replay_gives_what_was_written_in_order_and_with_its_writer()
    {
        Write(1, 5);
        var replayed = Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 5);
        Assert.Equal(["a-1", "a-2", "a-3", "a-4", "a-5"], Texts(replayed));
        Assert.All(replayed, persistent => Assert.Equal(_writer, persistent.WriterGuid));
        Assert.All(replayed, persistent => Assert.Equal(Pid, persistent.PersistenceId));
        Assert.All(replayed, persistent => Assert.False(persistent.IsDeleted));
    }

    [Fact]
    public void Writes_are_answered_in_the_order_of_the_requests_with_the_senders_of_the_events()
    {
        var other = CreateTestProbe();
        for (int i = 1; i <= 100; i++)
            Journal.Tell(new WriteMessages([new AtomicWrite(Event(i, "a-" + i, (i % 2 == 0 ? other : Probe).Ref))], Probe.Ref, 1), Probe.Ref);
        for (int i = 1; i <= 100; i++)
        {
            Probe.ExpectMsg<WriteMessagesSuccessful>();
            var success = Probe.ExpectMsg<WriteMessageSuccess>();
            Assert.Equal(i, success.Persistent.SequenceNr);
            Assert.Equal(1, success.ActorInstanceId);
            Assert.Equal(i % 2 == 0 ? other.Ref : Probe.Ref, Probe.LastSender);
        }
    }

    [Theory]
    [InlineData(1, 10, 10, "1 2 3 4 5 6")]
    [InlineData(1, 3, 10, "1 2 3")]
    [InlineData(4, 10, 10, "4 5 6")]
    [InlineData(2, 5, 10, "2 3 4 5")]
    [InlineData(3, 3, 10, "3")]
    [InlineData(1, 6, 2, "1 2")]
    [InlineData(3, 6, 2, "3 4")]
    [InlineData(1, 6, 0, "")]
    [InlineData(7, 100, 10, "")]
    [InlineData(5, 2, 10, "")]
    [InlineData(1, 0, 10, "")]
    public void A_replay_keeps_to_its_bounds_and_its_maximum(long from, long to, long max, string expected)
    {
        Write(1, 6);
        var replayed = Replay(from, to, max, expectedHighest: 6);
        Assert.Equal(expected, string.Join(' ', replayed.Select(persistent => persistent.SequenceNr)));
    }

    [Fact]
    public void An_id_that_was_never_written_has_nothing_and_the_highest_number_zero() =>
        Assert.Empty(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 0));

    [Fact]
    public void Ids_do_not_see_each_other()
    {
        Write(1, 3);
        string other = Pid + "-other";
        WriteAll(other, _writer, [[Event(1, "other", id: other)]]);
        Assert.Equal(["a-1", "a-2", "a-3"], Texts(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 3)));
        Assert.Equal(["other"], Texts(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 1, id: other)));
    }

    [Fact]
    public void All_events_of_an_atomic_write_are_stored_with_their_order()
    {
        WriteAll(Pid, _writer, [[Event(1, "a-1"), Event(2, "a-2"), Event(3, "a-3")], [Event(4, "a-4")]]);
        Assert.Equal(["a-1", "a-2", "a-3", "a-4"], Texts(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 4)));
    }

    [Theory]
    [InlineData(2, "3 4 5")]
    [InlineData(5, "")]
    [InlineData(long.MaxValue, "")]
    [InlineData(0, "1 2 3 4 5")]
    public void Deleted_events_are_not_replayed_and_the_highest_number_stays(long to, string left)
    {
        Write(1, 5);
        Delete(to);
        var replayed = Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 5);
        Assert.Equal(left, string.Join(' ', replayed.Select(persistent => persistent.SequenceNr)));
    }

    [Fact]
    public void Events_go_on_after_a_deletion_of_all()
    {
        Write(1, 3);
        Delete(3);
        Write(4, 5);
        Assert.Equal(["a-4", "a-5"], Texts(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 5)));
        Delete(5);
        Delete(5);
        Assert.Empty(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 5));
    }

    [Fact]
    public void A_deletion_of_an_unknown_id_is_no_error() => Delete(10);

    [Fact]
    public void Of_two_writers_that_gave_the_same_numbers_the_newer_one_is_replayed()
    {
        Write(1, 3);
        string newer = Guid.NewGuid().ToString();
        WriteAll(Pid, newer, [[Event(3, "b-3", writer: newer)], [Event(4, "b-4", writer: newer)]]);
        var replayed = Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 4);
        Assert.Equal(["a-1", "a-2", "b-3", "b-4"], Texts(replayed));
    }

    [Fact]
    public void What_is_not_to_be_stored_is_answered_in_its_turn()
    {
        Journal.Tell(
            new WriteMessages([new AtomicWrite(Event(1, "a-1")), new AtomicWrite(ImmutableList.Create(Event(2, "a-2"), Event(3, "a-3")))], Probe.Ref, 7), Probe.Ref);
        Probe.ExpectMsg<WriteMessagesSuccessful>();
        foreach (int number in new[] { 1, 2, 3 })
        {
            var success = Probe.ExpectMsg<WriteMessageSuccess>();
            Assert.Equal((number, 7), ((int)success.Persistent.SequenceNr, success.ActorInstanceId));
        }
    }

    [Fact]
    public void An_event_that_cannot_be_written_is_rejected_whole_and_alone()
    {
        if (!Serializes) return;
        var bad = new Persistent(new UnwritableEvent(), 3, Pid, writerGuid: _writer, sender: Probe.Ref);
        Journal.Tell(
            new WriteMessages(
                [new AtomicWrite(Event(1, "a-1")), new AtomicWrite(ImmutableList.Create(Event(2, "a-2"), bad)), new AtomicWrite(Event(4, "a-4"))], Probe.Ref, 1),
            Probe.Ref);
        Probe.ExpectMsg<WriteMessagesSuccessful>();
        Assert.Equal(1, Probe.ExpectMsg<WriteMessageSuccess>().Persistent.SequenceNr);
        Assert.Equal(2, Probe.ExpectMsg<WriteMessageRejected>().Persistent.SequenceNr);
        var rejected = Probe.ExpectMsg<WriteMessageRejected>();
        Assert.Equal(3, rejected.Persistent.SequenceNr);
        Assert.NotNull(rejected.Cause);
        Assert.Equal(4, Probe.ExpectMsg<WriteMessageSuccess>().Persistent.SequenceNr);
        Assert.Equal(["a-1", "a-4"], Texts(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 4)));
    }

    [Fact]
    public void References_in_events_come_back_as_references()
    {
        WriteAll(Pid, _writer, [[new Persistent(new EventWithRef(Probe.Ref), 1, Pid, writerGuid: _writer, sender: Probe.Ref)]]);
        var replayed = Assert.Single(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 1));
        Assert.IsType<EventWithRef>(replayed.Payload).Ref.Tell("hello", TestActor);
        Probe.ExpectMsg("hello");
    }

    [Fact]
    public void The_sender_of_an_event_is_not_stored()
    {
        Write(1, 1);
        Assert.True(Assert.Single(Replay(1, 1, 1, expectedHighest: 1)).Sender is null or Nobody);
    }

    [Fact]
    public void Many_actors_write_at_once_and_each_gets_its_own_back()
    {
        var probes = Enumerable.Range(0, 20).Select(i => (Id: $"{Pid}-{i}", Probe: CreateTestProbe())).ToList();
        for (int number = 1; number <= 20; number++)
        {
            foreach (var (id, probe) in probes)
                Journal.Tell(new WriteMessages([new AtomicWrite(Event(number, $"{id}-{number}", probe.Ref, id: id))], probe.Ref, 1), probe.Ref);
            foreach (var (_, probe) in probes)
            {
                probe.ExpectMsg<WriteMessagesSuccessful>();
                probe.ExpectMsg<WriteMessageSuccess>();
            }
        }

        foreach (var (id, _) in probes)
            Assert.Equal(Enumerable.Range(1, 20).Select(number => $"{id}-{number}"), Texts(Replay(1, long.MaxValue, long.MaxValue, expectedHighest: 20, id: id)));
    }

    protected void Write(int from, int to) =>
        WriteAll(Pid, _writer, Enumerable.Range(from, to - from + 1).Select(number => (IPersistentRepresentation[])[Event(number, "a-" + number)]));

    protected void WriteAll(string id, string writer, IEnumerable<IPersistentRepresentation[]> writes)
    {
        var all = writes.Select(events => new AtomicWrite(ImmutableList.Create(events))).ToList();
        Assert.All(all, write => Assert.Equal(id, write.PersistenceId));
        Journal.Tell(new WriteMessages(all, Probe.Ref, 1), Probe.Ref);
        Probe.ExpectMsg<WriteMessagesSuccessful>();
        foreach (var write in all)
            for (int i = 0; i < write.Size; i++) Assert.Equal(writer, Probe.ExpectMsg<WriteMessageSuccess>().Persistent.WriterGuid);
    }

    protected void Delete(long to)
    {
        Journal.Tell(new DeleteMessagesTo(Pid, to, Probe.Ref), Probe.Ref);
        Assert.Equal(to, Probe.ExpectMsg<DeleteMessagesSuccess>().ToSequenceNr);
    }

    protected List<IPersistentRepresentation> Replay(long from, long to, long max, long expectedHighest, string? id = null)
    {
        Journal.Tell(new ReplayMessages(from, to, max, id ?? Pid, Probe.Ref), Probe.Ref);
        List<IPersistentRepresentation> replayed = [];
        while (true)
        {
            switch (Probe.ExpectMsg<IJournalResponse>())
            {
                case ReplayedMessage message:
                    replayed.Add(message.Persistent);
                    break;
                case RecoverySuccess success:
                    Assert.Equal(expectedHighest, success.HighestSequenceNr);
                    return replayed;
                case var other:
                    Assert.Fail("unexpected " + other);
                    break;
            }
        }
    }

    protected IPersistentRepresentation Event(long number, string text, IActorRef? sender = null, string? writer = null, string? id = null) =>
        new Persistent(new TextEvent(text), number, id ?? Pid, writerGuid: writer ?? _writer, sender: sender ?? Probe.Ref);

    protected static IEnumerable<string> Texts(IEnumerable<IPersistentRepresentation> events) => events.Select(persistent => ((TextEvent)persistent.Payload).Text);
}

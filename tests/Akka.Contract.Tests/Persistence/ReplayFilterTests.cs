using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

/// <summary>Two nodes that both believed to be the one have written the same numbers.</summary>
public class ReplayFilterTests : PatientTestKit
{
    private readonly TestProbe _actor;

    public ReplayFilterTests() => _actor = CreateTestProbe();

    [Fact]
    public void Events_of_one_writer_pass()
    {
        Replay(ReplayFilterMode.RepairByDiscardOld, "a1", "a2", "a3");
        Expect("a1", "a2", "a3");
        _actor.ExpectMsg<RecoverySuccess>();
    }

    [Fact]
    public void A_new_writer_that_goes_on_behind_the_old_one_passes()
    {
        Replay(ReplayFilterMode.RepairByDiscardOld, "a1", "a2", "b3", "b4");
        Expect("a1", "a2", "b3", "b4");
        _actor.ExpectMsg<RecoverySuccess>();
    }

    [Fact]
    public void Events_of_the_old_writer_that_overlap_are_left_out_with_a_warning()
    {
        EventFilter.Warning().Expect(2, () =>
        {
            Replay(ReplayFilterMode.RepairByDiscardOld, "a1", "a2", "a3", "b2", "b3");
            Expect("a1", "b2", "b3");
            _actor.ExpectMsg<RecoverySuccess>();
        });
    }

    [Fact]
    public void Late_events_of_an_old_writer_are_left_out()
    {
        EventFilter.Warning().Expect(1, () =>
        {
            Replay(ReplayFilterMode.RepairByDiscardOld, "a1", "b2", "a3", "b3");
            Expect("a1", "b2", "b3");
            _actor.ExpectMsg<RecoverySuccess>();
        });
    }

    [Fact]
    public void When_it_is_to_fail_the_recovery_fails()
    {
        EventFilter.Error().Expect(1, () =>
        {
            Replay(ReplayFilterMode.Fail, "a1", "a2", "b2");
            _actor.ExpectMsg<ReplayMessagesFailure>();
        });
        _actor.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void When_it_is_to_warn_everything_passes()
    {
        EventFilter.Warning().Expect(1, () =>
        {
            Replay(ReplayFilterMode.Warn, "a1", "a2", "b2");
            Expect("a1", "a2", "b2");
            _actor.ExpectMsg<RecoverySuccess>();
        });
    }

    [Fact]
    public void It_ends_with_the_replay()
    {
        var filter = Replay(ReplayFilterMode.RepairByDiscardOld, "a1");
        Watch(filter);
        ExpectTerminated(filter);
    }

    private IActorRef Replay(ReplayFilterMode mode, params string[] events)
    {
        var filter = Sys.ActorOf(ReplayFilter.Props(_actor.Ref, mode, 100, 10, false));
        foreach (string text in events)
            filter.Tell(new ReplayedMessage(new Persistent(text, text[1] - '0', "p", writerGuid: text[..1])), ActorRefs.NoSender);
        filter.Tell(new RecoverySuccess(9), ActorRefs.NoSender);
        return filter;
    }

    private void Expect(params string[] events)
    {
        foreach (string text in events) Assert.Equal(text, _actor.ExpectMsg<ReplayedMessage>().Persistent.Payload);
    }
}

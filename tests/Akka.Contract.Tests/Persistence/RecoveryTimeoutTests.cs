using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

public class RecoveryTimeoutTests() : PersistentActorKit(new JournalScript(), "scripted.recovery-event-timeout = 200ms")
{
    [Fact]
    public void A_journal_that_is_silent_for_too_long_stops_the_actor()
    {
        Script.BeforeHighest = () => new TaskCompletionSource().Task;
        var next = Sys.ActorOf(Props.Create(() => new TellingActor("p", Probe.Ref)));
        Watch(next);
        Hear("prestart");
        Assert.StartsWith("recovery failed: ", Probe.ExpectMsg<string>(), StringComparison.Ordinal);
        Hear("poststop");
        ExpectTerminated(next);
    }
}

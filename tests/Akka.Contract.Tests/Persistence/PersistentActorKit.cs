using Akka.Actor;
using Akka.TestKit;

namespace Akka.Contract.Tests.Persistence;

public abstract class PersistentActorKit : PatientTestKit
{
    private protected PersistentActorKit(JournalScript script, string settings = "")
        : base(settings + "\n" + script.Settings)
    {
        Script = script;
        Probe = CreateTestProbe();
    }

    private protected JournalScript Script { get; }

    private protected TestProbe Probe { get; }

    protected override void AfterAll()
    {
        base.AfterAll();
        Script.Dispose();
    }

    /// <summary>Starts the actor of an id; what its probe hears of the start has been received.</summary>
    private protected IActorRef Start(string id = "p", params string[] recovered)
    {
        var actor = Sys.ActorOf(Props.Create(() => new TellingActor(id, Probe.Ref)));
        Hear("prestart");
        Hear(recovered);
        Hear("replayed");
        AssertCompleted(Probe.ExpectMsg<string>());
        return actor;
    }

    private protected void Hear(params string[] said)
    {
        foreach (string expected in said) Probe.ExpectMsg(expected);
    }

    private protected void Do(IActorRef actor, Action<TellingActor> command) => actor.Tell(TellingActor.Do(command), TestActor);

    private protected void StopAndForget(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        Probe.FishForMessage(said => said is "poststop");
        ExpectTerminated(actor);
    }

    private static void AssertCompleted(string said) => Xunit.Assert.StartsWith("completed, last ", said, StringComparison.Ordinal);
}

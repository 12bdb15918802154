using Akka.Actor;
using Akka.Persistence;

namespace Akka.Contract.Tests.Persistence;

/// <summary>Tells its probe of everything that happens to it. A command is a method that runs in the actor.</summary>
internal class TellingActor : ReceivePersistentActor
{
    private readonly IActorRef _probe;
    private readonly string _id;

    public TellingActor(string id, IActorRef probe)
    {
        _id = id;
        _probe = probe;
        Recover<SnapshotOffer>(offer => Report($"snapshot {offer.Snapshot} at {offer.Metadata.SequenceNr}, last {LastSequenceNr}"));
        Recover<string>(text =>
        {
            if (text == "poison") throw new TestFailure("poison");
            Report($"recovered {text}, last {LastSequenceNr}, recovering {IsRecovering}");
        });
        Recover<RecoveryCompleted>(_ => Report($"completed, last {LastSequenceNr}, recovering {IsRecovering}"));
        Command<Action<TellingActor>>(command => command(this));
        Command<string>(text => Report("command " + text));
        Command<SaveSnapshotSuccess>(saved => Report($"snapshot saved at {saved.Metadata.SequenceNr}"));
        Command<DeleteMessagesSuccess>(deleted => Report($"deleted to {deleted.ToSequenceNr}"));
        Command<DeleteMessagesFailure>(failed => Report($"not deleted to {failed.ToSequenceNr}"));
    }

    public override string PersistenceId => _id;

    public IActorRef SenderNow => Sender;

    public static Action<TellingActor> Do(Action<TellingActor> command) => command;

    public void Report(string what) => _probe.Tell(what, Self);

    public void Store(string text) => Persist(text, stored => Report($"stored {stored}, last {LastSequenceNr}"));

    public void Await(Func<Task> work) => RunTask(work);

    protected override void PreStart()
    {
        Report("prestart");
        base.PreStart();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Report("prerestart");
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        Report("poststop");
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Report($"failed {@event} {sequenceNr}: {cause.Message}");

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Report($"rejected {@event} {sequenceNr}: {cause.Message}");

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Report($"recovery failed: {reason.Message}");

    protected override void OnReplaySuccess() => Report("replayed");
}

internal sealed class TestFailure(string message) : Exception(message);

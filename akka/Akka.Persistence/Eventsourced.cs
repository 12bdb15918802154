using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// An actor whose state is the sum of its events. It starts by replaying them; a new event counts once the journal has stored it, and only then
/// its handler changes the state.
/// Invariants:
/// I1 a user message reaches the actor only when recovery is through and no Persist handler is outstanding; before that it waits in the internal stash;
/// I2 sequence numbers are given at the call, without gaps; handlers run in the same order;
/// I3 at most one write of an incarnation is with the journal; what is persisted meanwhile goes with the next;
/// I4 an answer to another incarnation is ignored.
/// </summary>
public abstract partial class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    /// <summary>What of the user's stash may go back to the mailbox when an incarnation ends.</summary>
    public static readonly Func<Envelope, bool> UnstashFilterPredicate =
        static envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private static int _instances;

    private readonly int _instanceId = Interlocked.Increment(ref _instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash;
    private IActorRef _journal;
    private IActorRef _snapshotStore;
    private ILoggingAdapter _log;
    private long _sequenceNr;

    /// <summary>Made by the system; recovers before it takes commands.</summary>
    protected Eventsourced()
    {
        Extension = Akka.Persistence.Persistence.Instance.Apply(Context.System);
        _internalStash = Context.CreateStash(GetType());
    }

    /// <summary>Under which the events are kept. At most one living actor may have it.</summary>
    public abstract string PersistenceId { get; }

    /// <summary>Empty: the default journal. To be set in the constructor, if at all.</summary>
    public string JournalPluginId { get; protected set; }

    /// <summary>Empty: the default snapshot store. To be set in the constructor, if at all.</summary>
    public string SnapshotPluginId { get; protected set; }

    /// <summary>How to recover; asked at each start.</summary>
    public virtual Recovery Recovery => Recovery.Default;

    /// <summary>What becomes of a message for which the internal stash has no room.</summary>
    public virtual IStashOverflowStrategy InternalStashOverflowStrategy => Extension.DefaultInternalStashOverflowStrategy;

    /// <summary>The user's stash. It lies behind the internal one.</summary>
    public IStash Stash { get; set; }

    /// <summary>The journal that it writes to.</summary>
    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    /// <summary>Where its snapshots go.</summary>
    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    /// <summary>The number of the newest event that this actor has seen.</summary>
    public long LastSequenceNr { get; private set; }

    /// <summary>The number under which a snapshot would be saved now.</summary>
    public long SnapshotSequenceNr => LastSequenceNr;

    /// <summary>Whose snapshots it saves: its persistence id.</summary>
    public string SnapshotterId => PersistenceId;

    /// <summary>True until RecoveryCompleted.</summary>
    public bool IsRecovering => _phase < Phase.Commands;

    /// <summary>True from RecoveryCompleted on.</summary>
    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>The extension that gives the plugins.</summary>
    protected PersistenceExtension Extension { get; }

    /// <summary>The logger of the actor.</summary>
    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>Stores an event, then calls the handler. No command is taken before that.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        Expect(@event, handler, isStashing: true);
        _unsent.Add(new AtomicWrite(Represent(@event)));
    }

    /// <summary>Stores events all or none, then calls the handler for each.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => Add(events, handler, isStashing: true);

    /// <summary>Stores an event, then calls the handler. Commands go on meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        Expect(@event, handler, isStashing: false);
        _unsent.Add(new AtomicWrite(Represent(@event)));
    }

    /// <summary>Stores events all or none, then calls the handler for each. Commands go on meanwhile.</summary>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => Add(events, handler, isStashing: false);

    /// <summary>Calls the handler when all handlers before it have been called; at once if there are none. Nothing is stored.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        ThrowIfRecovering();
        if (_pending.Count == 0)
        {
            handler(evt);
            return;
        }

        Expect(evt, handler, isStashing: false);
        _unsent.Add(new NonPersistentMessage(evt, Sender));
    }

    /// <summary>Asks the snapshot store for a snapshot; the answer comes as a message. Recovery does this by itself.</summary>
    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    /// <summary>Saves a snapshot; SaveSnapshotSuccess or SaveSnapshotFailure comes as a command.</summary>
    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(
        new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, Context.System.Scheduler.Now.UtcDateTime), snapshot), Self);

    /// <summary>Deletes events; DeleteMessagesSuccess or DeleteMessagesFailure comes as a command. Their numbers are not given again.</summary>
    public void DeleteMessages(long toSequenceNr)
    {
        long to = toSequenceNr == long.MaxValue ? LastSequenceNr : toSequenceNr;
        if (to <= LastSequenceNr)
        {
            Journal.Tell(new DeleteMessagesTo(PersistenceId, to, Self), Self);
            return;
        }

        var cause = new ArgumentException($"toSequenceNr [{to}] must be less than or equal to LastSequenceNr [{LastSequenceNr}]", nameof(toSequenceNr));
        Self.Tell(new DeleteMessagesFailure(cause, to), Self);
    }

    /// <summary>Deletes one snapshot; DeleteSnapshotSuccess or DeleteSnapshotFailure comes as a command.</summary>
    public void DeleteSnapshot(long sequenceNr) => SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr)), Self);

    /// <summary>Deletes snapshots; DeleteSnapshotsSuccess or DeleteSnapshotsFailure comes as a command.</summary>
    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    /// <summary>Handles events and the snapshot while recovering.</summary>
    protected abstract bool ReceiveRecover(object message);

    /// <summary>Handles a command; false when it is not handled.</summary>
    protected abstract bool ReceiveCommand(object message);

    /// <summary>Called when all events have been replayed, before RecoveryCompleted.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>Called when recovery failed; the actor is stopped after it. <paramref name="message"/> is the event in work, if any.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object message = null)
    {
        if (message is null) Log.Error(reason, "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]", PersistenceId, LastSequenceNr);
        else Log.Error(reason, "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for persistenceId [{2}].", message.GetType(), LastSequenceNr, PersistenceId);
    }

    /// <summary>Called when a write failed, so that the event may or may not be stored; the actor is stopped after it.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause, "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].", @event.GetType(), sequenceNr, PersistenceId);

    /// <summary>Called when the journal refused an event; the actor goes on without it.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause, "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].", @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                break;
            case SaveSnapshotFailure failure:
                Log.Warning("Failed to SaveSnapshot given metadata [{0}] due to: [{1}]", failure.Metadata, failure.Cause);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning("Failed to DeleteSnapshot given metadata [{0}] due to: [{1}]", failure.Metadata, failure.Cause);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning("Failed to DeleteSnapshots given criteria [{0}] due to: [{1}]", failure.Criteria, failure.Cause);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning("Failed to DeleteMessages ToSequenceNr [{0}] for PersistenceId [{1}] due to: [{2}]", failure.ToSequenceNr, PersistenceId, failure.Cause);
                break;
            default:
                base.Unhandled(message);
                break;
        }
    }

    private void Add<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool isStashing)
    {
        ThrowIfRecovering();
        if (events is null) return;
        // Taken first: an enumeration that fails half way must not leave handlers that wait for ever.
        List<TEvent> all = new(events);
        if (all.Count == 0) return;
        ImmutableArray<IPersistentRepresentation>.Builder batch = ImmutableArray.CreateBuilder<IPersistentRepresentation>(all.Count);
        foreach (TEvent @event in all)
        {
            Expect(@event, handler, isStashing);
            batch.Add(Represent(@event));
        }

        _unsent.Add(new AtomicWrite(batch.MoveToImmutable()));
    }

    private Persistent Represent(object @event) => new(
        @event, ++_sequenceNr, PersistenceId, manifest: null, isDeleted: false, Sender, _writerGuid);

    private void Expect<TEvent>(TEvent @event, Action<TEvent> handler, bool isStashing)
    {
        ThrowIfRecovering();
        ArgumentNullException.ThrowIfNull(handler);
        Action<object> untyped = handler as Action<object> ?? (stored => handler((TEvent)stored));
        if (isStashing)
        {
            _pendingStashing++;
            _pending.Enqueue(new StashingHandlerInvocation(@event, untyped));
        }
        else
        {
            _pending.Enqueue(new AsyncHandlerInvocation(@event, untyped));
        }
    }

    private void ThrowIfRecovering()
    {
        if (IsRecovering)
            throw new InvalidOperationException("Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
    }
}

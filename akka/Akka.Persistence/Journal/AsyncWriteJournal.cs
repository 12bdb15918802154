using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

/// <summary>
/// The base of journal plugins: speaks the protocol with persistent actors, so that the plugin only stores and reads. The plugin's methods are
/// begun on the actor's thread; what they do after an await is outside of it.
/// </summary>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    /// <summary>True if carried out commands are published on the event stream.</summary>
    protected readonly bool CanPublish;

    private readonly CircuitBreaker _breaker;
    private readonly ReplayFilterMode _replayFilterMode;
    private readonly int _replayFilterWindow;
    private readonly int _replayFilterMaxOldWriters;
    private readonly bool _replayDebug;
    private readonly WriteReplies _replies = new();

    /// <summary>Made by the system; reads the plugin's section.</summary>
    protected AsyncWriteJournal()
    {
        PersistenceExtension extension = Akka.Persistence.Persistence.Instance.Apply(Context.System);
        CanPublish = extension.Settings.Internal.PublishPluginCommands;
        Config config = extension.ConfigOfPlugin(Self, isJournal: true);
        _breaker = PluginBreaker.Create(Context.System.Scheduler, config);
        _replayFilterMode = ReplayFilterModes.Parse(config.GetString("replay-filter.mode", "repair-by-discard-old"));
        _replayFilterWindow = config.GetInt("replay-filter.window-size", 100);
        _replayFilterMaxOldWriters = config.GetInt("replay-filter.max-old-writers", 10);
        _replayDebug = config.GetBoolean("replay-filter.debug", false);
    }

    /// <inheritdoc/>
    public abstract Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    /// <inheritdoc/>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>
    /// Stores each atomic write whole or not at all. The list has one element for each: null for stored, else why it was refused; no list: all
    /// are stored. A failed task: what is stored is unknown.
    /// </summary>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    /// <summary>Deletes all events up to the number, that one included. The highest number must not be forgotten.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Messages that the plugin itself understands.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    /// <summary>Handles what actors ask of a journal; false for anything else.</summary>
    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                Write(write);
                return true;
            case ReplayMessages replay:
                Replay(replay);
                return true;
            case DeleteMessagesTo delete:
                Delete(delete);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The failure itself, without the aggregate around it.</summary>
    protected static Exception TryUnwrapException(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten().InnerExceptions is { Count: 1 } inner ? inner[0] : e;

    private void Write(WriteMessages request)
    {
        WriteReplies.Write reply = _replies.Begin(request, Self);
        Task<IImmutableList<Exception>> task;
        int count;
        try
        {
            List<AtomicWrite> prepared = new(PreparePersistentBatch(request.Messages));
            count = prepared.Count;
            if (count == 0)
            {
                reply.Stored(null);
                return;
            }

            task = _breaker.WithCircuitBreaker((Journal: this, Prepared: prepared), static state => state.Journal.WriteMessagesAsync(state.Prepared));
        }
        catch (Exception e)
        {
            reply.Failed(e);
            return;
        }

        _ = AnswerWrite(task, count, reply);
    }

    private static async Task AnswerWrite(Task<IImmutableList<Exception>> task, int count, WriteReplies.Write reply)
    {
        IImmutableList<Exception> results;
        try
        {
            results = await task.ConfigureAwait(false);
            if (results is not null && results.Count != count)
            {
                throw new IllegalStateException(
                    $"AsyncWriteMessages return invalid number or results. Expected [{count}], but got [{results.Count}].");
            }
        }
        catch (Exception e)
        {
            reply.Failed(TryUnwrapException(e));
            return;
        }

        reply.Stored(results);
    }

    private void Replay(ReplayMessages request)
    {
        IActorRef replyTo = _replayFilterMode == ReplayFilterMode.Disabled
            ? request.PersistentActor
            : Context.ActorOf(ReplayFilter.Props(
                request.PersistentActor, _replayFilterMode, _replayFilterWindow, _replayFilterMaxOldWriters, _replayDebug));
        _ = Replay(request, replyTo, Context, Self, CanPublish ? Context.System.EventStream : null);
    }

    private async Task Replay(ReplayMessages request, IActorRef replyTo, IActorContext context, IActorRef self, Akka.Event.EventStream published)
    {
        try
        {
            Task<long> reading = _breaker.WithCircuitBreaker(
                (Journal: this, Request: request),
                static state => state.Journal.ReadHighestSequenceNrAsync(state.Request.PersistenceId, Math.Max(0, state.Request.FromSequenceNr - 1)));
            long highest = await reading.ConfigureAwait(false);
            long to = Math.Min(request.ToSequenceNr, highest);
            if (to > 0 && request.FromSequenceNr <= to)
            {
                await ReplayMessagesAsync(context, request.PersistenceId, request.FromSequenceNr, to, request.Max, persistent =>
                {
                    if (!persistent.IsDeleted) replyTo.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender);
                }).ConfigureAwait(false);
            }

            replyTo.Tell(new RecoverySuccess(highest), self);
            published?.Publish(request);
        }
        catch (Exception e)
        {
            replyTo.Tell(new ReplayMessagesFailure(TryUnwrapException(e)), self);
        }
    }

    private void Delete(DeleteMessagesTo request) => _ = Delete(request, Self, CanPublish ? Context.System.EventStream : null);

    private async Task Delete(DeleteMessagesTo request, IActorRef self, Akka.Event.EventStream published)
    {
        try
        {
            await _breaker.WithCircuitBreaker(
                (Journal: this, Request: request),
                static state => state.Journal.DeleteMessagesToAsync(state.Request.PersistenceId, state.Request.ToSequenceNr)).ConfigureAwait(false);
            request.PersistentActor.Tell(new DeleteMessagesSuccess(request.ToSequenceNr), self);
            published?.Publish(request);
        }
        catch (Exception e)
        {
            request.PersistentActor.Tell(new DeleteMessagesFailure(TryUnwrapException(e), request.ToSequenceNr), self);
        }
    }
}

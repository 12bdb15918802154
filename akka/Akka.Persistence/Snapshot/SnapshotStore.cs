using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Pattern;

namespace Akka.Persistence.Snapshot;

/// <summary>
/// The base of snapshot store plugins: speaks the protocol with persistent actors. The plugin's methods are begun on the actor's thread; what
/// they do after an await is outside of it.
/// </summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly bool _publish;
    private readonly CircuitBreaker _breaker;

    /// <summary>Made by the system; reads the plugin's section.</summary>
    protected SnapshotStore()
    {
        PersistenceExtension extension = Akka.Persistence.Persistence.Instance.Apply(Context.System);
        _publish = extension.Settings.Internal.PublishPluginCommands;
        _breaker = PluginBreaker.Create(Context.System.Scheduler, extension.ConfigOfPlugin(Self, isJournal: false));
    }

    /// <summary>The newest snapshot that meets the criteria, null if there is none.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Stores the snapshot; the task completes when it is stored.</summary>
    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes one snapshot; a time of DateTime.MinValue stands for any.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    /// <summary>Deletes all snapshots that meet the criteria.</summary>
    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Messages that the plugin itself understands; it also sees the outcome of each saving and deleting.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                _ = Load(load, Sender, Self);
                break;
            case SaveSnapshot save:
                _ = Save(save, Sender, Self);
                Publish(message);
                break;
            case DeleteSnapshot delete:
                _ = Delete(delete, Sender, Self);
                Publish(message);
                break;
            case DeleteSnapshots delete:
                _ = Delete(delete, Sender, Self);
                Publish(message);
                break;
            case SaveSnapshotFailure failure:
                // Whatever is there of it must not be taken for a snapshot.
                _ = Remove(failure.Metadata);
                Forward(message);
                break;
            case SaveSnapshotSuccess or DeleteSnapshotSuccess or DeleteSnapshotFailure or DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                Forward(message);
                break;
            default:
                return ReceivePluginInternal(message);
        }

        return true;
    }

    private static Exception Unwrap(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten().InnerExceptions is { Count: 1 } inner ? inner[0] : e;

    /// <summary>An outcome has come back to this actor: the plugin sees it, then the persistent actor.</summary>
    private void Forward(object outcome)
    {
        try
        {
            ReceivePluginInternal(outcome);
        }
        finally
        {
            Sender.Tell(outcome, Self);
        }
    }

    private void Publish(object request)
    {
        if (_publish) Context.System.EventStream.Publish(request);
    }

    private async Task Load(LoadSnapshot request, IActorRef sender, IActorRef self)
    {
        try
        {
            SelectedSnapshot found = request.Criteria.Equals(SnapshotSelectionCriteria.None)
                ? null
                : await _breaker.WithCircuitBreaker(() => LoadAsync(request.PersistenceId, request.Criteria.Limit(request.ToSequenceNr))).ConfigureAwait(false);
            sender.Tell(new LoadSnapshotResult(found, request.ToSequenceNr), self);
        }
        catch (Exception e)
        {
            sender.Tell(new LoadSnapshotFailed(Unwrap(e)), self);
        }
    }

    private async Task Save(SaveSnapshot request, IActorRef sender, IActorRef self)
    {
        SnapshotMetadata metadata = request.Metadata.Timestamp == DateTime.MinValue
            ? new SnapshotMetadata(request.Metadata.PersistenceId, request.Metadata.SequenceNr, DateTime.UtcNow)
            : request.Metadata;
        try
        {
            await _breaker.WithCircuitBreaker(() => SaveAsync(metadata, request.Snapshot)).ConfigureAwait(false);
            self.Tell(new SaveSnapshotSuccess(metadata), sender);
        }
        catch (Exception e)
        {
            self.Tell(new SaveSnapshotFailure(metadata, Unwrap(e)), sender);
        }
    }

    private async Task Delete(DeleteSnapshot request, IActorRef sender, IActorRef self)
    {
        try
        {
            await _breaker.WithCircuitBreaker(() => DeleteAsync(request.Metadata)).ConfigureAwait(false);
            self.Tell(new DeleteSnapshotSuccess(request.Metadata), sender);
        }
        catch (Exception e)
        {
            self.Tell(new DeleteSnapshotFailure(request.Metadata, Unwrap(e)), sender);
        }
    }

    private async Task Delete(DeleteSnapshots request, IActorRef sender, IActorRef self)
    {
        try
        {
            await _breaker.WithCircuitBreaker(() => DeleteAsync(request.PersistenceId, request.Criteria)).ConfigureAwait(false);
            self.Tell(new DeleteSnapshotsSuccess(request.Criteria), sender);
        }
        catch (Exception e)
        {
            self.Tell(new DeleteSnapshotsFailure(request.Criteria, Unwrap(e)), sender);
        }
    }

    private async Task Remove(SnapshotMetadata metadata)
    {
        try
        {
            await _breaker.WithCircuitBreaker(() => DeleteAsync(metadata)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The saving has failed already, and is reported; there may be nothing to delete.
        }
    }
}

using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>First start and final stop.</summary>
public partial class ActorCell
{
    private void Create(ActorInitializationException failure)
    {
        if (failure is not null) throw failure;
        try
        {
            ActorBase created = NewActor();
            _actor = created;
            created.AroundPreStart();
            if (_receiveTimeout.HasValue) CheckReceiveTimeout();
            if (_system.Settings.DebugLifecycle) PublishDebug("Started (" + created + ")");
        }
        catch (Exception e)
        {
            if (_actor is not null)
            {
                CancelAllTimers();
                ReleaseInstance(_actor);
                _actor = null;
            }

            throw new ActorInitializationException(_self, "Exception during creation", e);
        }
    }

    private void Terminate()
    {
        SetReceiveTimeout(null);
        CancelAllTimers();
        UnwatchWatchedActors(_actor);
        // Children that other threads are making meanwhile are stopped by their makers, and waited for like the others.
        IReadOnlyList<IInternalActorRef> children = _children.BeginTermination(out bool wasTerminating);
        foreach (IInternalActorRef child in children) child.Stop();
        if (children.Count == 0)
        {
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            _mailbox.Suspend();
            // From here on failures are nobody's business.
            _perpetrator = _self;
            if (_system.Settings.DebugLifecycle) PublishDebug("stopping");
        }
    }

    private void FinishTerminate()
    {
        ActorBase actor = _actor;
        // First, so that no child is made below a cell that is going away.
        _children.SetTerminated();
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception e)
        {
            PublishError(e, e.Message);
        }
        finally
        {
            CancelAllTimers();
            if (actor is not null) UnstashAll(actor);
            Dispatcher.Detach(this);
            try
            {
                _parent.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
            }
            finally
            {
                TellWatchersWeDied();
                // PostStop may have watched something.
                UnwatchWatchedActors(actor);
                if (_system.Settings.DebugLifecycle) PublishDebug("stopped");
                // A restart that was overtaken by the stop has released it already.
                if (actor is { IsReleased: false }) ReleaseInstance(actor);
                ClearCell();
            }
        }
    }

    private void ReleaseInstance(ActorBase actor)
    {
        actor.ReleaseFromCell();
        try
        {
            if (actor is IDisposable disposable) disposable.Dispose();
            Props.Release(actor);
        }
        catch (Exception e)
        {
            PublishError(e, "An error occurred while disposing " + actor.GetType() + ": " + e.Message);
        }
    }

    private void UnstashAll(ActorBase actor)
    {
        if (actor is not IActorStash { Stash: { } stash }) return;
        try
        {
            stash.UnstashAll();
        }
        catch (Exception e)
        {
            PublishError(e, e.Message);
        }
    }

    private void ClearCell()
    {
        _actor = null;
        _behaviors.Clear();
        _behavior = null;
        _strategy = null;
        _timers = null;
        _deferred = null;
        _failedMessage = null;
        // References of stopped actors are kept by others; what made them need not be.
        Props = Akka.Actor.Props.None;
    }
}

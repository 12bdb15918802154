using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// Failure, restart and supervision. A failed cell suspends itself and its children and reports to its parent; nothing of the
/// user's runs until the parent has decided. Every Suspend is matched by exactly one Resume or Recreate, or by the end.
/// </summary>
public partial class ActorCell
{
    // Who caused the failure that this cell has reported: itself or the child whose failure it escalated. Null: not failed.
    private IActorRef _perpetrator;

    // The instance is unusable (constructor or hook of the restart failed): it gets no PreRestart, a Resume becomes a restart.
    private bool _failedFatally;

    private bool IsFailed => _perpetrator is not null;

    private void ClearFailed()
    {
        _perpetrator = null;
        _failedFatally = false;
    }

    private void FaultSuspend()
    {
        _mailbox.Suspend();
        SuspendChildren();
    }

    private void FaultResume(Exception causedByFailure)
    {
        if (_actor is null)
        {
            PublishWarning("changing Resume into Create after " + causedByFailure);
            FaultCreate();
        }
        else if (_failedFatally && causedByFailure is not null)
        {
            PublishWarning("changing Resume into Restart after " + causedByFailure);
            FaultRecreate(causedByFailure);
        }
        else
        {
            IActorRef perpetrator = _perpetrator;
            try
            {
                _mailbox.Resume();
            }
            finally
            {
                if (causedByFailure is not null) ClearFailed();
            }

            ResumeChildren(causedByFailure, perpetrator);
        }
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            PublishWarning("changing Recreate into Create after " + cause);
            FaultCreate();
            return;
        }

        if (!IsNormal)
        {
            // Already stopping: the restart is pointless, only its resumption has to be made good.
            FaultResume(null);
            return;
        }

        ActorBase failed = _actor;
        if (_system.Settings.DebugLifecycle) PublishDebug("restarting");
        object message = _failedMessage;
        _failedMessage = null;
        CancelAllTimers();
        try
        {
            if (!_failedFatally) failed.AroundPreRestart(cause, message);
        }
        catch (Exception e)
        {
            PublishError(new PreRestartException(_self, e, cause, message), e.Message);
        }
        finally
        {
            UnstashAll(failed);
            ReleaseInstance(failed);
        }

        if (!_children.Await(ChildrenPhase.Recreation, cause)) FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        IReadOnlyList<IInternalActorRef> survivors = _children.Children;
        try
        {
            _mailbox.Resume();
            ClearFailed();
            _actor = null;
            ActorBase fresh = NewActor();
            _actor = fresh;
            fresh.AroundPostRestart(cause, null);
            if (_receiveTimeout.HasValue) CheckReceiveTimeout();
            if (_system.Settings.DebugLifecycle) PublishDebug("restarted (" + fresh + ")");
            foreach (IInternalActorRef child in survivors)
            {
                try
                {
                    child.Restart(cause);
                }
                catch (Exception e)
                {
                    PublishError(e, "restarting (" + child + ")");
                }
            }
        }
        catch (Exception e)
        {
            HandleInvokeFailure(new PostRestartException(_self, e, cause), survivors);
            // A half-made instance gets no PreRestart of its own. (Without any, the next restart is a creation.)
            _failedFatally = true;
        }
    }

    private void FaultCreate()
    {
        CancelReceiveTimeout();
        foreach (IInternalActorRef child in _children.Children) Stop(child);
        if (!_children.Await(ChildrenPhase.Creation)) FinishCreate();
    }

    private void FinishCreate()
    {
        try
        {
            _mailbox.Resume();
        }
        finally
        {
            ClearFailed();
        }

        try
        {
            Create(null);
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
    }

    private void HandleInvokeFailure(Exception cause, IReadOnlyList<IInternalActorRef> childrenNotToSuspend = null)
    {
        if (IsFailed) return;
        try
        {
            _mailbox.Suspend();
            _failedMessage = _work.Envelope.Message;
            _perpetrator = _work.Envelope.Message is Failed escalated ? escalated.Child : _self;
            IActorRef alreadySuspended = _work.Envelope.Message is Failed child ? child.Child : null;
            foreach (IInternalActorRef sibling in _children.Children)
            {
                if (sibling.Equals(alreadySuspended) || Contains(childrenNotToSuspend, sibling)) continue;
                sibling.Suspend();
            }

            _parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
        }
        catch (Exception e)
        {
            PublishError(e, "emergency stop: exception in failure handling for " + cause);
            try
            {
                foreach (IInternalActorRef child in _children.Children) Stop(child);
            }
            finally
            {
                FinishTerminate();
            }
        }
    }

    // Given to PreRestart.
    private object _failedMessage;

    private void HandleFailed(Failed failed)
    {
        if (IsTerminating) return;
        if (!_children.TryGetByRef(failed.Child, out ChildRestartStats stats) || stats.Uid != failed.Uid)
        {
            if (_system.Settings.DebugLifecycle) PublishDebug("dropping " + failed + ": no such child any more");
            return;
        }

        if (!Strategy.HandleFailure(this, failed.Child, failed.Cause, stats, _children.Stats))
            global::System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.Cause);
    }

    private void HandleChildTerminated(IActorRef child)
    {
        ChildrenPhase ended = _children.Remove(child, out Exception cause);
        // The strategy hears of it before anything goes on; its failure is the actor's.
        if (_actor is not null)
        {
            try
            {
                Strategy?.HandleChildTerminated(this, child, _children);
            }
            catch (Exception e)
            {
                PublishError(e, "HandleChildTerminated failed");
                HandleInvokeFailure(e);
            }
        }

        switch (ended)
        {
            case ChildrenPhase.Recreation:
                FinishRecreate(cause);
                break;
            case ChildrenPhase.Creation:
                FinishCreate();
                break;
            case ChildrenPhase.Termination:
                FinishTerminate();
                break;
        }
    }

    private static bool Contains(IReadOnlyList<IInternalActorRef> actors, IActorRef actor)
    {
        if (actors is null) return false;
        foreach (IInternalActorRef other in actors)
            if (other.Equals(actor)) return true;
        return false;
    }
}

using System;
using System.Collections.Generic;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Stops children on request and ends with the guardian that it watches.</summary>
internal class GuardianActor : ActorBase, IRequiresMessageQueue<IUnboundedMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated:
                Context.Stop(Self);
                return true;
            case StopChild stop:
                Context.Stop(stop.Child);
                return true;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                return true;
        }
    }

    // Its children's lives are none of a restart's business.
    protected override void PreStart()
    {
    }
}

/// <summary>
/// Outlives the user's actors: when these are gone it lets the modules that registered a termination hook (remoting) finish, then
/// the loggers fall back to the standard output, then it stops and with it the system.
/// </summary>
internal sealed class SystemGuardianActor : ActorBase, IRequiresMessageQueue<IUnboundedMessageQueueSemantics>
{
    private readonly IActorRef _userGuardian;
    private readonly HashSet<IActorRef> _hooks = new();

    public SystemGuardianActor(IActorRef userGuardian)
    {
        _userGuardian = userGuardian;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                if (!terminated.ActorRef.Equals(_userGuardian))
                {
                    // A module that stopped without waiting for the end needs no hook any more.
                    _hooks.Remove(terminated.ActorRef);
                    return true;
                }

                Context.Become(Terminating);
                foreach (IActorRef hook in _hooks) hook.Tell(TerminationHook.Instance, Self);
                StopWhenNoHookIsLeft();
                return true;
            case StopChild stop:
                Context.Stop(stop.Child);
                return true;
            case RegisterTerminationHook when !ReferenceEquals(Sender, Context.System.DeadLetters):
                _hooks.Add(Sender);
                Context.Watch(Sender);
                return true;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                return true;
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // Its children and its watch of the user guardian survive.
    }

    private bool Terminating(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                _hooks.Remove(terminated.ActorRef);
                StopWhenNoHookIsLeft();
                return true;
            case TerminationHookDone:
                _hooks.Remove(Sender);
                StopWhenNoHookIsLeft();
                return true;
            case StopChild stop:
                Context.Stop(stop.Child);
                return true;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                return true;
        }
    }

    private void StopWhenNoHookIsLeft()
    {
        if (_hooks.Count > 0) return;
        Context.System.EventStream.StopDefaultLoggers(Context.System);
        Context.Stop(Self);
    }
}

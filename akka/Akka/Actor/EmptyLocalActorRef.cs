using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A place in this system where nobody is: messages become dead letters, a Watch is answered at once, so is Identify.</summary>
public class EmptyLocalActorRef : MinimalActorRef
{
    private readonly EventStream _eventStream;

    /// <summary>A reference without an actor.</summary>
    public EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream)
    {
        Provider = provider;
        Path = path;
        _eventStream = eventStream;
    }

    /// <inheritdoc/>
    public override ActorPath Path { get; }

    /// <inheritdoc/>
    public override IActorRefProvider Provider { get; }

    /// <inheritdoc/>
    public override bool IsTerminated => true;

    internal EventStream EventStream => _eventStream;

    /// <inheritdoc/>
    public override void SendSystemMessage(ISystemMessage message) => SpecialHandle(message, Provider.DeadLetters);

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is DeadLetter deadLetter)
        {
            SpecialHandle(deadLetter.Message, deadLetter.Sender);
            return;
        }

        if (!SpecialHandle(message, sender))
            _eventStream.Publish(new DeadLetter(message, sender ?? Provider.DeadLetters, this));
    }

    /// <summary>True: the message was one that wants an answer or is of no interest to anybody.</summary>
    protected virtual bool SpecialHandle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (watch.Watchee.Equals(this) && !watch.Watcher.Equals(this)) AnswerWatch(watch);
                return true;
            case Unwatch:
                return true;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage selection:
                if (selection.Message is Identify selected)
                {
                    if (!selection.WildCardFanOut) sender?.Tell(new ActorIdentity(selected.MessageId, null), ActorRefs.NoSender);
                }
                else
                {
                    _eventStream.Publish(new DeadLetter(selection.Message, sender ?? Provider.DeadLetters, this));
                }

                return true;
            case IDeadLetterSuppression suppressed:
                _eventStream.Publish(new SuppressedDeadLetter(suppressed, sender ?? Provider.DeadLetters, this));
                return true;
            default:
                return false;
        }
    }

    private protected static void AnswerWatch(Watch watch) =>
        watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));
}

/// <summary>Where undeliverable messages end: they are published on the event stream.</summary>
public class DeadLetterActorRef : EmptyLocalActorRef
{
    /// <summary>A reference without an actor.</summary>
    public DeadLetterActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : base(provider, path, eventStream)
    {
    }

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
                break;
            case DeadLetter deadLetter:
                if (!SpecialHandle(deadLetter.Message, deadLetter.Sender)) EventStream.Publish(deadLetter);
                break;
            case AllDeadLetters other:
                EventStream.Publish(other);
                break;
            default:
                if (!SpecialHandle(message, sender)) EventStream.Publish(new DeadLetter(message, sender ?? this, this));
                break;
        }
    }

    /// <summary>Handles what is no dead letter although nobody is there.</summary>
    protected override bool SpecialHandle(object message, IActorRef sender)
    {
        if (message is not Watch watch) return base.SpecialHandle(message, sender);
        if (!watch.Watchee.Equals(this) && !watch.Watcher.Equals(this)) AnswerWatch(watch);
        return true;
    }
}

/// <summary>Discards everything, without dead letters.</summary>
internal sealed class IgnoreActorRef : MinimalActorRef
{
    public const string Name = "ignore";

    public IgnoreActorRef(IActorRefProvider provider)
    {
        Provider = provider;
        Path = provider.RootPath / Name;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }
}

using System;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Event;

/// <summary>The system's bus: publish any object, subscribe to its class, a base class or an interface of it.</summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private volatile IActorRef _unsubscriber;

    /// <summary>With subscriptions logged, if wanted.</summary>
    public EventStream(bool debug)
    {
        _debug = debug;
    }

    /// <summary>Delivers what is of that kind from now on; false if it does already.</summary>
    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        bool subscribed = base.Subscribe(subscriber, channel);
        if (subscribed && subscriber is LocalActorRef) _unsubscriber?.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
        if (_debug) Publish(new Debug("EventStream", GetType(), "subscribing " + subscriber + " to channel " + channel));
        return subscribed;
    }

    /// <summary>Ends it.</summary>
    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        bool removed = base.Unsubscribe(subscriber, channel);
        if (_debug) Publish(new Debug("EventStream", GetType(), "unsubscribing " + subscriber + " from channel " + channel));
        return removed;
    }

    /// <summary>Ends it.</summary>
    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        bool removed = base.Unsubscribe(subscriber);
        if (_debug) Publish(new Debug("EventStream", GetType(), "unsubscribing " + subscriber + " from all channels"));
        return removed;
    }

    /// <summary>From here on subscribers that stop are removed.</summary>
    public void StartUnsubscriber(ActorSystemImpl system) =>
        _unsubscriber = system.SystemActorOf(Props.Create(() => new EventStreamUnsubscriber(this)), "eventStreamUnsubscriber");
}

/// <summary>Short forms.</summary>
public static class EventStreamExtensions
{
    /// <summary>Delivers what is of that kind from now on; false if it does already.</summary>
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    /// <summary>Ends it.</summary>
    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}

/// <summary>Watches the subscribers and takes the dead ones off the bus.</summary>
internal sealed class EventStreamUnsubscriber : ActorBase
{
    private readonly EventStream _eventStream;

    public EventStreamUnsubscriber(EventStream eventStream)
    {
        _eventStream = eventStream;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                Context.Watch(register.Subscriber);
                return true;
            case Terminated terminated:
                _eventStream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    internal sealed class Register : INoSerializationVerificationNeeded
    {
        public Register(IActorRef subscriber)
        {
            Subscriber = subscriber;
        }

        public IActorRef Subscriber { get; }
    }
}

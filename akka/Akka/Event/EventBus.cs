using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Subscriptions by classifier. Publishing takes no lock: it reads a table that every change of the subscriptions replaces, and in
/// it, per classifier of an event, the subscribers found once and kept.
/// </summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private readonly object _lock = new();
    private readonly Dictionary<TClassifier, List<TSubscriber>> _subscriptions = new();
    private Table _table = new();

    /// <summary>Delivers what is of that kind from now on; false if it does already.</summary>
    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_lock)
        {
            if (!_subscriptions.TryGetValue(classifier, out List<TSubscriber> subscribers))
                _subscriptions.Add(classifier, subscribers = new List<TSubscriber>());
            if (subscribers.Contains(subscriber)) return false;
            // Covered by a wider subscription already: a subscriber gets each event once.
            foreach ((TClassifier other, List<TSubscriber> members) in _subscriptions)
                if (IsSubClassification(other, classifier) && members.Contains(subscriber)) return false;
            subscribers.Add(subscriber);
            Volatile.Write(ref _table, new Table());
            return true;
        }
    }

    /// <summary>Ends it.</summary>
    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_lock)
        {
            bool removed = false;
            foreach (List<TSubscriber> subscribers in _subscriptions.Values) removed |= subscribers.Remove(subscriber);
            if (removed) Volatile.Write(ref _table, new Table());
            return removed;
        }
    }

    /// <summary>Ends it.</summary>
    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_lock)
        {
            bool removed = false;
            foreach ((TClassifier other, List<TSubscriber> subscribers) in _subscriptions)
                if (IsSubClassification(classifier, other)) removed |= subscribers.Remove(subscriber);
            if (removed) Volatile.Write(ref _table, new Table());
            return removed;
        }
    }

    /// <summary>Delivers an event to whom it concerns.</summary>
    public virtual void Publish(TEvent @event)
    {
        TClassifier classifier = GetClassifier(@event);
        Table table = Volatile.Read(ref _table);
        if (!table.TryGet(classifier, out TSubscriber[] subscribers)) subscribers = Find(@event, classifier);
        foreach (TSubscriber subscriber in subscribers) Publish(@event, subscriber);
    }

    /// <summary>True if the second kind includes the first.</summary>
    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    /// <summary>Delivers an event to whom it concerns.</summary>
    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    /// <summary>True if the event is of that kind.</summary>
    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    /// <summary>The kind of the event.</summary>
    protected abstract TClassifier GetClassifier(TEvent @event);

    /// <summary>The name of the type, without its namespace.</summary>
    protected string SimpleName(object source) => SimpleName(source.GetType());

    /// <summary>The name of the type, without its namespace.</summary>
    protected string SimpleName(Type source) => source.Name;

    private TSubscriber[] Find(TEvent @event, TClassifier classifier)
    {
        lock (_lock)
        {
            List<TSubscriber> found = new();
            foreach ((TClassifier channel, List<TSubscriber> subscribers) in _subscriptions)
            {
                if (!Classify(@event, channel)) continue;
                foreach (TSubscriber subscriber in subscribers)
                    if (!found.Contains(subscriber)) found.Add(subscriber);
            }

            TSubscriber[] result = found.ToArray();
            _table.Add(classifier, result);
            return result;
        }
    }

    private sealed class Table
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<TClassifier, TSubscriber[]> _subscribers = new();

        public bool TryGet(TClassifier classifier, out TSubscriber[] subscribers) => _subscribers.TryGetValue(classifier, out subscribers);

        public void Add(TClassifier classifier, TSubscriber[] subscribers) => _subscribers[classifier] = subscribers;
    }
}

/// <summary>A bus whose subscribers are actors.</summary>
public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef>
{
}

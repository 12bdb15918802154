using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>A node is given up for lost. Told to every cell that watches, or is watched from, any other node.</summary>
internal sealed class AddressTerminated : IAutoReceivedMessage, IPossiblyHarmful, INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
{
    public AddressTerminated(Address address)
    {
        Address = address;
    }

    public Address Address { get; }

    public override string ToString() => "AddressTerminated(" + Address + ")";
}

/// <summary>Apart from the event stream, since cells come and go here with every remote watch.</summary>
internal sealed class AddressTerminatedTopic
{
    private readonly ConcurrentDictionary<IActorRef, bool> _subscribers = new();

    public void Subscribe(IActorRef subscriber) => _subscribers[subscriber] = true;

    public void Unsubscribe(IActorRef subscriber) => _subscribers.TryRemove(subscriber, out _);

    public void Publish(AddressTerminated message)
    {
        foreach (IActorRef subscriber in _subscribers.Keys) subscriber.Tell(message, ActorRefs.NoSender);
    }
}

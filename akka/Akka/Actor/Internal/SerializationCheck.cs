using System;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Actor.Internal;

/// <summary>For akka.actor.serialize-messages: every message goes through its serializer, as if it crossed the network.</summary>
internal static class SerializationCheck
{
    public static Envelope Copy(Envelope envelope, ActorSystemImpl system)
    {
        object message = WrappedMessage.Unwrap(envelope.Message);
        if (message is INoSerializationVerificationNeeded || envelope.Message is IWrappedMessage) return envelope;
        Akka.Serialization.Serialization serialization = system.Serialization;
        object copy = Akka.Serialization.Serialization.WithTransport(system, () =>
        {
            Serializer serializer = serialization.FindSerializerFor(message);
            byte[] bytes = serializer.ToBinary(message);
            string manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
            return serialization.Deserialize(bytes, serializer.Identifier, manifest);
        });
        return new Envelope(copy, envelope.Sender);
    }
}

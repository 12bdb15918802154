using System;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Persistence.Serialization;

/// <summary>Writes events with their envelope, and atomic writes. Identifier 7.</summary>
public sealed class PersistenceMessageSerializer : Serializer
{
    /// <summary>Made by the system.</summary>
    public PersistenceMessageSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc/>
    public override bool IncludeManifest => true;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        IPersistentRepresentation persistent => Write(persistent),
        AtomicWrite write => Write(write),
        _ => throw new ArgumentException($"Can't serialize object of type [{obj?.GetType()}] in [{GetType()}]", nameof(obj)),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type)
    {
        if (type is not null && typeof(IPersistentRepresentation).IsAssignableFrom(type)) return ReadEvent(bytes);
        if (type == typeof(AtomicWrite)) return ReadWrite(bytes);
        throw new SerializationException($"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
    }

    private byte[] Write(IPersistentRepresentation persistent)
    {
        ProtoWriter writer = new();
        if (persistent.Payload is not null) writer.Bytes(1, PayloadFormat.Write(system, persistent.Payload));
        writer.Number(2, persistent.SequenceNr);
        writer.Text(3, persistent.PersistenceId);
        writer.Number(4, persistent.IsDeleted ? 1 : 0);
        if (persistent.Sender is { } sender)
        {
            writer.Text(11, Akka.Serialization.Serialization.WithTransport(
                system, sender, static actor => Akka.Serialization.Serialization.SerializedActorPath(actor)));
        }

        writer.Text(12, persistent.Manifest);
        writer.Text(13, persistent.WriterGuid);
        writer.Signed(14, persistent.Timestamp);
        return writer.ToArray();
    }

    private byte[] Write(AtomicWrite write)
    {
        ProtoWriter writer = new();
        foreach (IPersistentRepresentation @event in write.Events) writer.Bytes(1, Write(@event));
        return writer.ToArray();
    }

    private AtomicWrite ReadWrite(ReadOnlySpan<byte> bytes)
    {
        ImmutableArray<IPersistentRepresentation>.Builder events = ImmutableArray.CreateBuilder<IPersistentRepresentation>();
        ProtoReader reader = new(bytes);
        while (reader.Next())
            if (reader.Field == 1) events.Add(ReadEvent(reader.Bytes));
        try
        {
            return new AtomicWrite(events.DrainToImmutable());
        }
        catch (ArgumentException e)
        {
            throw new SerializationException("The bytes are not an atomic write.", e);
        }
    }

    private Persistent ReadEvent(ReadOnlySpan<byte> bytes)
    {
        object payload = null;
        long sequenceNr = 0;
        long timestamp = 0;
        string persistenceId = null;
        string manifest = null;
        string writer = null;
        bool isDeleted = false;
        IActorRef sender = ActorRefs.NoSender;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    payload = PayloadFormat.Read(system, reader.Bytes);
                    break;
                case 2:
                    sequenceNr = reader.Number;
                    break;
                case 3:
                    persistenceId = reader.Text;
                    break;
                case 4:
                    isDeleted = reader.Number != 0;
                    break;
                case 11:
                    sender = system.Provider.ResolveActorRef(reader.Text);
                    break;
                case 12:
                    manifest = reader.Text;
                    break;
                case 13:
                    writer = reader.Text;
                    break;
                case 14:
                    timestamp = reader.Signed;
                    break;
            }
        }

        return new Persistent(payload, sequenceNr, persistenceId, manifest, isDeleted, sender, writer, timestamp);
    }
}

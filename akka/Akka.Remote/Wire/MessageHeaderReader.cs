using System;
using Akka.Actor;

namespace Akka.Remote.Wire;

internal ref struct MessageHeader
{
    /// <summary>Null: the path is none of this system (<see cref="RecipientPath"/>).</summary>
    public IInternalActorRef Recipient;
    public string RecipientPath;
    public IActorRef Sender;
    public int SerializerId;
    public string Manifest;
}

/// <summary>Finds the actors that paths from the network mean.</summary>
internal interface IPathResolver
{
    /// <summary>The reference of this system, or null if the address of the path is, as text, not one of this system's.</summary>
    IInternalActorRef ResolveRecipient(ActorPath path);

    IActorRef ResolveSender(ActorPath path);
}

/// <summary>Reads the headers of one connection and keeps what its numbers stand for. Not thread-safe.</summary>
internal sealed class MessageHeaderReader(IPathResolver resolver)
{
    private readonly InboundActor[] _actors = new InboundActor[FrameLimits.TableSize];
    private readonly string[] _manifests = new string[FrameLimits.TableSize];

    public MessageHeader Read(ReadOnlySpan<byte> header)
    {
        WireReader reader = new(header);
        MessageHeader read = default;
        InboundActor recipient = Actor(ref reader) ?? throw new ProtocolException("message without a recipient");
        read.Recipient = Recipient(recipient);
        read.RecipientPath = recipient.Text;
        InboundActor sender = Actor(ref reader);
        if (sender is not null) read.Sender = Sender(sender);
        read.SerializerId = reader.Int32();
        read.Manifest = Manifest(ref reader);
        if (reader.Remaining > 0) throw new ProtocolException("message header with " + reader.Remaining + " bytes too many");
        return read;
    }

    private IInternalActorRef Recipient(InboundActor actor)
    {
        // A reference without a living actor is looked up anew: one may have been started under that name since.
        if (actor.Recipient is null or { IsTerminated: true }) actor.Recipient = resolver.ResolveRecipient(actor.Path);
        return actor.Recipient;
    }

    private IActorRef Sender(InboundActor actor) => actor.Sender ??= resolver.ResolveSender(actor.Path);

    private InboundActor Actor(ref WireReader reader)
    {
        switch ((NameTag)reader.Byte())
        {
            case NameTag.None:
                return null;
            case NameTag.Inline:
                return Parse(reader.String());
            case NameTag.Define:
                int defined = Slot(ref reader);
                return _actors[defined] = Parse(reader.String());
            case NameTag.Use:
                return _actors[Slot(ref reader)] ?? throw new ProtocolException("path number that stands for nothing");
            case var other:
                throw new ProtocolException("unknown tag of a path: " + (byte)other);
        }
    }

    private string Manifest(ref WireReader reader)
    {
        switch ((NameTag)reader.Byte())
        {
            case NameTag.None:
                return string.Empty;
            case NameTag.Inline:
                return reader.String();
            case NameTag.Define:
                int defined = Slot(ref reader);
                return _manifests[defined] = reader.String() ?? throw new ProtocolException("manifest without text");
            case NameTag.Use:
                return _manifests[Slot(ref reader)] ?? throw new ProtocolException("manifest number that stands for nothing");
            case var other:
                throw new ProtocolException("unknown tag of a manifest: " + (byte)other);
        }
    }

    private static int Slot(ref WireReader reader)
    {
        int slot = reader.UInt16();
        return slot < FrameLimits.TableSize ? slot : throw new ProtocolException("number " + slot + " outside of the table");
    }

    private static InboundActor Parse(string text) =>
        text is not null && ActorPath.TryParse(text, out ActorPath path)
            ? new InboundActor { Text = text, Path = path }
            : throw new ProtocolException("not an actor path: " + text);

    private sealed class InboundActor
    {
        public string Text;
        public ActorPath Path;
        public IInternalActorRef Recipient;
        public IActorRef Sender;
    }
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;
using Akka.Remote.Associations;
using Akka.Remote.Sockets;

namespace Akka.Remote.Wire;

/// <summary>How a name (path or manifest) stands in a message's header.</summary>
internal enum NameTag : byte
{
    /// <summary>No name.</summary>
    None = 0,

    /// <summary>Text, this once.</summary>
    Inline = 1,

    /// <summary>u16 number and text; from now on the number stands for it.</summary>
    Define = 2,

    /// <summary>u16 number.</summary>
    Use = 3,
}

/// <summary>
/// Writes the message frames of one connection. Header: recipient, sender, i32 serializer, manifest; names as by
/// <see cref="NameTag"/>. Not thread-safe, like the queue it writes to.
/// </summary>
internal sealed class MessageEncoder(int maximumFrameSize)
{
    /// <summary>Tags, numbers, lengths and the serializer's identifier.</summary>
    private const int FixedPart = 64;

    private readonly OutboundTable<IActorRef> _actors = new(ReferenceEqualityComparer.Instance);
    private readonly OutboundTable<string> _manifests = new(StringComparer.Ordinal);

    /// <summary>
    /// False: the frame would be larger than allowed (<paramref name="frameLength"/>) and nothing was queued. Number 0 = user message.
    /// The thread has to carry the transport information of this system.
    /// </summary>
    public bool TryWrite(SendQueue queue, long systemNumber, in EncodedItem message, out int frameLength)
    {
        byte[] payload = message.Payload;
        NameTag recipientTag = Tag(message.Item.Recipient, out ushort recipientNumber, out string recipientText);
        NameTag senderTag = Tag(message.Item.Sender, out ushort senderNumber, out string senderText);
        NameTag manifestTag = Tag(message.Manifest, out ushort manifestNumber);
        int textLength = TextLength(recipientText) + TextLength(senderText) + (manifestTag == NameTag.Define ? TextLength(message.Manifest) : 0);

        Span<byte> span = queue.GetSpan(FixedPart + textLength);
        int header = FrameLimits.PrefixLength + FrameLimits.MessageHeaderLengthField;
        int at = header;
        if (systemNumber != 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(span[at..], systemNumber);
            at += sizeof(long);
        }

        at += WriteName(span[at..], recipientTag, recipientNumber, recipientText);
        at += WriteName(span[at..], senderTag, senderNumber, senderText);
        BinaryPrimitives.WriteInt32LittleEndian(span[at..], message.SerializerId);
        at += sizeof(int);
        at += WriteName(span[at..], manifestTag, manifestNumber, message.Manifest);

        int headerLength = at - header;
        long length = (long)at - sizeof(uint) + payload.Length;
        frameLength = (int)Math.Min(length, int.MaxValue);
        if (length > maximumFrameSize || headerLength > FrameLimits.MessageHeaderMax)
        {
            // Names that this frame would have defined are unknown to the peer: all are spelled out again.
            _actors.Clear();
            _manifests.Clear();
            return false;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)length);
        span[4] = (byte)(systemNumber != 0 ? FrameKind.SystemMessage : FrameKind.UserMessage);
        BinaryPrimitives.WriteUInt16LittleEndian(span[FrameLimits.PrefixLength..], (ushort)headerLength);
        queue.Advance(at);
        if (payload.Length >= FrameLimits.LargePayload) queue.Reference(payload);
        else queue.Copy(payload);
        return true;
    }

    private NameTag Tag(IActorRef actor, out ushort number, out string text)
    {
        number = 0;
        text = null;
        if (actor is null) return NameTag.None;
        if (_actors.TryGet(actor, out number)) return NameTag.Use;
        text = Akka.Serialization.Serialization.SerializedActorPath(actor);
        if (!IsLasting(actor)) return NameTag.Inline;
        number = _actors.Define(actor);
        return NameTag.Define;
    }

    private NameTag Tag(string manifest, out ushort number)
    {
        number = 0;
        if (string.IsNullOrEmpty(manifest)) return NameTag.None;
        if (_manifests.TryGet(manifest, out number)) return NameTag.Use;
        number = _manifests.Define(manifest);
        return NameTag.Define;
    }

    /// <summary>The reference of an Ask is used once, on either side: it would only push others out of the table.</summary>
    private static bool IsLasting(IActorRef actor) => actor switch
    {
        RemoteActorRef remote => !remote.IsTemporary,
        ActorRefWithCell => true,
        _ => false,
    };

    /// <summary>An upper bound: no character takes more than three bytes.</summary>
    private static int TextLength(string text) => text is null ? 0 : text.Length * 3;

    private static int WriteName(Span<byte> target, NameTag tag, ushort number, string text)
    {
        target[0] = (byte)tag;
        int at = 1;
        if (tag is NameTag.Define or NameTag.Use)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[at..], number);
            at += sizeof(ushort);
        }

        if (tag is NameTag.Define or NameTag.Inline)
        {
            int length = Encoding.UTF8.GetByteCount(text);
            at += Varint.Write(target[at..], (uint)length + 1);
            at += Encoding.UTF8.GetBytes(text, target[at..]);
        }

        return at;
    }
}

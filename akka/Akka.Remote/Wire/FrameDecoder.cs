using System;
using System.Buffers.Binary;

namespace Akka.Remote.Wire;

internal interface IFrameSink
{
    /// <summary>The body is only valid during the call.</summary>
    void OnControl(FrameKind kind, ReadOnlySpan<byte> body);

    /// <summary>The header is only valid during the call, the payload belongs to the receiver. Number 0 = user message.</summary>
    void OnMessage(long systemNumber, ReadOnlySpan<byte> header, byte[] payload);
}

/// <summary>
/// Cuts received bytes into frames. Lengths are checked before anything is allocated. A large payload gets its array as soon as its
/// header is there, and the rest of it can be received straight into that (<see cref="PendingPayload"/>).
/// </summary>
internal sealed class FrameDecoder(int maximumFrameSize)
{
    private byte[] _largePayload;
    private int _largeReceived;
    private byte[] _largeHeader;
    private long _largeSystemNumber;

    /// <summary>Until the handshake is done only control frames are accepted.</summary>
    public bool MessagesAllowed { get; set; }

    /// <summary>Where the next received bytes go while a large payload is incomplete; else empty.</summary>
    public Memory<byte> PendingPayload => _largePayload is null ? default : _largePayload.AsMemory(_largeReceived);

    /// <summary>Bytes were received into <see cref="PendingPayload"/>.</summary>
    public void PayloadReceived(int count, IFrameSink sink)
    {
        _largeReceived += count;
        if (_largeReceived < _largePayload.Length) return;
        byte[] payload = _largePayload;
        byte[] header = _largeHeader;
        _largePayload = null;
        _largeHeader = null;
        sink.OnMessage(_largeSystemNumber, header, payload);
    }

    /// <summary>Hands all complete frames on and returns how many bytes are used up.</summary>
    /// <exception cref="ProtocolException">The bytes are not frames, or too large.</exception>
    public int Decode(ReadOnlySpan<byte> bytes, IFrameSink sink)
    {
        int used = 0;
        while (_largePayload is null)
        {
            ReadOnlySpan<byte> rest = bytes[used..];
            if (rest.Length < FrameLimits.PrefixLength) break;
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (length < 1 || length > (uint)maximumFrameSize) throw new ProtocolException("frame of " + length + " bytes");
            FrameKind kind = (FrameKind)rest[4];
            int body = (int)length - 1;
            ReadOnlySpan<byte> available = rest[FrameLimits.PrefixLength..];
            int taken = kind is FrameKind.UserMessage or FrameKind.SystemMessage
                ? DecodeMessage(kind == FrameKind.SystemMessage, body, available, sink)
                : DecodeControl(kind, body, available, sink);
            if (taken < 0) break;
            used += FrameLimits.PrefixLength + taken;
        }

        return used;
    }

    private static int DecodeControl(FrameKind kind, int body, ReadOnlySpan<byte> available, IFrameSink sink)
    {
        if (kind is < FrameKind.Hello or > FrameKind.SystemMessage) throw new ProtocolException("frame of unknown kind " + (byte)kind);
        if (body > FrameLimits.ControlBodyMax) throw new ProtocolException("control frame of " + body + " bytes");
        if (available.Length < body) return -1;
        sink.OnControl(kind, available[..body]);
        return body;
    }

    private int DecodeMessage(bool system, int body, ReadOnlySpan<byte> available, IFrameSink sink)
    {
        if (!MessagesAllowed) throw new ProtocolException("message before the handshake");
        if (body < FrameLimits.MessageHeaderLengthField) throw new ProtocolException("message without a header");
        if (available.Length < FrameLimits.MessageHeaderLengthField) return -1;
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(available);
        int payloadLength = body - FrameLimits.MessageHeaderLengthField - headerLength;
        if (headerLength > FrameLimits.MessageHeaderMax || payloadLength < 0)
            throw new ProtocolException("message header of " + headerLength + " bytes");
        ReadOnlySpan<byte> afterLength = available[FrameLimits.MessageHeaderLengthField..];
        if (afterLength.Length < headerLength) return -1;

        ReadOnlySpan<byte> header = afterLength[..headerLength];
        ReadOnlySpan<byte> received = afterLength[headerLength..];
        if (received.Length < payloadLength)
        {
            if (payloadLength < FrameLimits.LargePayload) return -1;
            _largeSystemNumber = TakeNumber(system, ref header);
            _largeHeader = header.ToArray();
            _largePayload = GC.AllocateUninitializedArray<byte>(payloadLength);
            received.CopyTo(_largePayload);
            _largeReceived = received.Length;
            return available.Length;
        }

        long number = TakeNumber(system, ref header);
        byte[] payload = GC.AllocateUninitializedArray<byte>(payloadLength);
        received[..payloadLength].CopyTo(payload);
        sink.OnMessage(number, header, payload);
        return body;
    }

    private static long TakeNumber(bool system, ref ReadOnlySpan<byte> header)
    {
        if (!system) return 0;
        if (header.Length < sizeof(long)) throw new ProtocolException("system message without a number");
        long number = BinaryPrimitives.ReadInt64LittleEndian(header);
        if (number <= 0) throw new ProtocolException("system message with number " + number);
        header = header[sizeof(long)..];
        return number;
    }
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Akka.Remote.Wire;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class FrameDecoderTests
{
    private const int MaximumFrameSize = 128_000;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Frames_are_the_same_however_the_stream_is_cut(int pieceSize)
    {
        byte[][] payloads = [[], [1], Pattern(300), Pattern(FrameLimits.LargePayload - 1), Pattern(FrameLimits.LargePayload), Pattern(100_000)];
        List<byte> stream = [.. Control(FrameKind.Heartbeat, [])];
        for (int i = 0; i < payloads.Length; i++) stream.AddRange(Message(i, Pattern(20), payloads[i]));
        stream.AddRange(Control(FrameKind.Ack, new byte[8]));

        Collector sink = new();
        Feed(new FrameDecoder(MaximumFrameSize) { MessagesAllowed = true }, sink, stream.ToArray(), pieceSize);

        Assert.Equal(payloads.Length, sink.Messages.Count);
        for (int i = 0; i < payloads.Length; i++)
        {
            Assert.Equal(i, sink.Messages[i].Number);
            Assert.Equal(Pattern(20), sink.Messages[i].Header);
            Assert.Equal(payloads[i], sink.Messages[i].Payload);
        }

        Assert.Equal([FrameKind.Heartbeat, FrameKind.Ack], sink.Controls);
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "length 0", [0, 0, 0, 0, 7] },
        { "length beyond the limit", [0xff, 0xff, 0xff, 0x7f, 7] },
        { "length above 2 GiB", [0xff, 0xff, 0xff, 0xff, 7] },
        { "unknown kind", [1, 0, 0, 0, 99] },
        { "kind 0", [1, 0, 0, 0, 0] },
        { "large control frame", [.. BitConverter.GetBytes(FrameLimits.ControlBodyMax + 2), (byte)FrameKind.Hello] },
        { "header longer than the frame", [4, 0, 0, 0, (byte)FrameKind.UserMessage, 200, 0, 1] },
        { "message too short for a header", [2, 0, 0, 0, (byte)FrameKind.UserMessage, 0, 0] },
        { "system message without its number", [5, 0, 0, 0, (byte)FrameKind.SystemMessage, 2, 0, 1, 2] },
        { "system message number 0", [.. BitConverter.GetBytes(11), (byte)FrameKind.SystemMessage, 8, 0, .. new byte[8]] },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_frame_is_refused_with_the_typed_error(string what, byte[] bytes)
    {
        FrameDecoder decoder = new(MaximumFrameSize) { MessagesAllowed = true };
        Assert.True(what.Length > 0);
        Assert.Throws<ProtocolException>(() => decoder.Decode(bytes, new Collector()));
    }

    [Fact]
    public void No_message_is_taken_before_the_handshake()
    {
        FrameDecoder decoder = new(MaximumFrameSize);
        Assert.Throws<ProtocolException>(() => decoder.Decode(Message(0, [1], [2]), new Collector()));
    }

    [Fact]
    public void Damaged_streams_only_raise_the_typed_error_and_allocate_no_more_than_a_frame()
    {
        Random random = new(4711);
        for (int round = 0; round < 3000; round++)
        {
            List<byte> stream = new();
            for (int i = 0; i < 5; i++) stream.AddRange(Message(random.Next(0, 3), Pattern(random.Next(0, 40)), Pattern(random.Next(0, 200))));
            byte[] bytes = stream.ToArray();
            for (int damage = random.Next(1, 6); damage > 0; damage--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Collector sink = new();
            FrameDecoder decoder = new(MaximumFrameSize) { MessagesAllowed = true };
            try
            {
                Feed(decoder, sink, bytes, random.Next(1, 64));
            }
            catch (ProtocolException)
            {
            }

            Assert.True(decoder.PendingPayload.Length <= MaximumFrameSize);
        }
    }

    private static void Feed(FrameDecoder decoder, Collector sink, byte[] stream, int pieceSize)
    {
        List<byte> buffer = new();
        int at = 0;
        while (at < stream.Length)
        {
            int piece = Math.Min(pieceSize, stream.Length - at);
            Memory<byte> pending = decoder.PendingPayload;
            if (!pending.IsEmpty)
            {
                piece = Math.Min(piece, pending.Length);
                stream.AsSpan(at, piece).CopyTo(pending.Span);
                decoder.PayloadReceived(piece, sink);
            }
            else
            {
                buffer.AddRange(stream.AsSpan(at, piece));
                buffer.RemoveRange(0, decoder.Decode(buffer.ToArray(), sink));
            }

            at += piece;
        }
    }

    private static byte[] Control(FrameKind kind, byte[] body) => [.. BitConverter.GetBytes(body.Length + 1), (byte)kind, .. body];

    private static byte[] Message(long number, byte[] header, byte[] payload)
    {
        byte[] numbered = number == 0 ? header : [.. BitConverter.GetBytes(number), .. header];
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)numbered.Length);
        return
        [
            .. BitConverter.GetBytes(1 + 2 + numbered.Length + payload.Length),
            (byte)(number == 0 ? FrameKind.UserMessage : FrameKind.SystemMessage), .. length, .. numbered, .. payload,
        ];
    }

    private static byte[] Pattern(int length) => Enumerable.Range(0, length).Select(static i => (byte)(i * 7)).ToArray();

    private sealed class Collector : IFrameSink
    {
        public List<FrameKind> Controls { get; } = new();

        public List<(long Number, byte[] Header, byte[] Payload)> Messages { get; } = new();

        public void OnControl(FrameKind kind, ReadOnlySpan<byte> body) => Controls.Add(kind);

        public void OnMessage(long systemNumber, ReadOnlySpan<byte> header, byte[] payload) =>
            Messages.Add((systemNumber, header.ToArray(), payload));
    }
}

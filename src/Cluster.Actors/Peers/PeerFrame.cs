using System.Buffers.Binary;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Peers;

/// <summary>
/// One multi-shard message of a link, already encoded: whatever holds pooled memory was released when it was written, so a
/// frame that remoting drops leaks nothing. Layout: docs/formats/peer-frame.md.
/// Counters are cumulative per stream, so a lost frame costs its items and nothing else.
/// </summary>
public sealed class PeerFrame(byte[] bytes)
{
    public const byte FormatVersion = 2;

    /// <summary>Bytes before the first item.</summary>
    public const int HeaderBytes = 1 + 8 * 6 + 4;

    /// <summary>Bytes of an item before its body: kind, shard, body length.</summary>
    public const int ItemHeaderBytes = 1 + 4 + 4;

    public byte[] Bytes { get; } = bytes;
}

/// <summary>The fields in front of the items of a frame.</summary>
/// <param name="Stream">Random per opening of the sending direction.</param>
/// <param name="SentBytes">Frame bytes of this stream up to and with this frame.</param>
/// <param name="EchoStream">The newest stream that the sender receives from the peer; 0 = none yet.</param>
/// <param name="EchoBytes">SentBytes of the newest frame received on it: what the peer may take out of its in-flight count.</param>
/// <param name="Hlc">The sender's hybrid clock, µs.</param>
/// <param name="Wall">The sender's wall clock, µs since 1970.</param>
public readonly record struct PeerFrameHeader(long Stream, long SentBytes, long EchoStream, long EchoBytes, long Hlc, long Wall, int Items)
{
    /// <summary>Writes exactly <see cref="PeerFrame.HeaderBytes"/>.</summary>
    public void WriteTo(Span<byte> to)
    {
        to[0] = PeerFrame.FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], Stream);
        BinaryPrimitives.WriteInt64LittleEndian(to[9..], SentBytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[17..], EchoStream);
        BinaryPrimitives.WriteInt64LittleEndian(to[25..], EchoBytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[33..], Hlc);
        BinaryPrimitives.WriteInt64LittleEndian(to[41..], Wall);
        BinaryPrimitives.WriteInt32LittleEndian(to[49..], Items);
    }

    public static PeerFrameHeader Read(ref WireReader from)
    {
        byte version = from.U8();
        if (version != PeerFrame.FormatVersion) throw new WireFormatException($"expected peer frame format {PeerFrame.FormatVersion}, got {version}");
        var header = new PeerFrameHeader(from.I64(), from.I64(), from.I64(), from.I64(), from.I64(), from.I64(), from.I32());
        if (header.Items < 0 || (long)header.Items * PeerFrame.ItemHeaderBytes > from.Remaining)
            throw new WireFormatException($"a frame of {header.Items} items does not fit into {from.Remaining} bytes");
        return header;
    }
}

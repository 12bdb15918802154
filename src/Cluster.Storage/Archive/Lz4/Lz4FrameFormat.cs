namespace Cluster.Storage.Archive.Lz4;

/// <summary>Bytes of the LZ4 frame format (github.com/lz4/lz4, doc/lz4_Frame_format.md). Integers are little-endian.</summary>
internal static class Lz4FrameFormat
{
    public const uint Magic = 0x184D2204;

    /// <summary>The low 4 bits are free: 16 magics of frames that a reader passes over.</summary>
    public const uint SkippableMagic = 0x184D2A50;

    public const uint SkippableMask = 0xFFFFFFF0;

    public const byte VersionMask = 0xC0;
    public const byte Version = 0x40;
    public const byte IndependentFlag = 0x20;
    public const byte BlockChecksumFlag = 0x10;
    public const byte ContentSizeFlag = 0x08;
    public const byte ContentChecksumFlag = 0x04;
    public const byte ReservedFlag = 0x02;
    public const byte DictionaryFlag = 0x01;

    /// <summary>On a block's length: it is stored as it is.</summary>
    public const uint RawFlag = 0x80000000;

    /// <summary>Of the descriptor: from the flags to before the header's checksum.</summary>
    public static byte HeaderChecksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32.Compute(descriptor) >> 8);

    /// <summary>By the number in the header, 4 to 7.</summary>
    public static int BlockBytes(int size) => 1 << (8 + (2 * size));
}

/// <summary>How long a block of a frame is at most; the value is the number in the frame's header.</summary>
public enum Lz4BlockSize
{
    KiB64 = 4,
    KiB256 = 5,
    MiB1 = 6,
    MiB4 = 7,
}

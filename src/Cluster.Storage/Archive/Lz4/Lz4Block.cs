namespace Cluster.Storage.Archive.Lz4;

/// <summary>Constants of the LZ4 block format (github.com/lz4/lz4, doc/lz4_Block_format.md).</summary>
public static class Lz4Block
{
    /// <summary>Matches reach back so far at most.</summary>
    public const int DistanceMax = 65535;

    internal const int MatchBytesMin = 4;

    /// <summary>An encoder ends a block with at least so many literals.</summary>
    internal const int LastLiterals = 5;

    /// <summary>The last match begins at least so many bytes before the end.</summary>
    internal const int MatchEndDistance = 12;

    public const int SourceBytesMax = 0x7E000000;

    /// <summary>What a block of that many bytes takes at most.</summary>
    public static int EncodedBytesMax(int sourceBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)sourceBytes, (uint)SourceBytesMax, nameof(sourceBytes));
        return sourceBytes + (sourceBytes / 255) + 16;
    }
}

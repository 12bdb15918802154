namespace Hyperion.Codecs;

/// <summary>Signed numbers as unsigned ones, small for small magnitudes.</summary>
internal static class ZigZag
{
    public static ulong Of(long value) => ((ulong)value << 1) ^ (ulong)(value >> 63);

    public static long Back(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}

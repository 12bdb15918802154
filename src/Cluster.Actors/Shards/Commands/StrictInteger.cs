using System.Buffers.Text;

namespace Cluster.Actors.Shards;

/// <summary>
/// Integers as Redis takes them: 64 bits, one way to write each (no blanks, no '+', no leading zeros, no '-0'), so that a value that is
/// read as a number and written again stays the same bytes.
/// </summary>
public static class StrictInteger
{
    /// <summary>Longest text of one, in bytes.</summary>
    public const int LengthMax = 20;

    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > LengthMax) return false;
        if (text is [(byte)'0']) return true;
        int first = text[0] == '-' ? 1 : 0;
        if (text.Length == first || text[first] is < (byte)'1' or > (byte)'9') return false;
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;
    }

    /// <summary>Returns the number of bytes written.</summary>
    public static int Format(long value, Span<byte> to)
    {
        Utf8Formatter.TryFormat(value, to, out int length);
        return length;
    }
}

namespace Cluster.Storage.Archive.Age;

/// <summary>Base64 as age headers have it: standard alphabet, no padding, no other way to write the same bytes.</summary>
internal static class AgeBase64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public static int EncodedChars(int bytes) => ((bytes * 8) + 5) / 6;

    public static void Encode(ReadOnlySpan<byte> data, Span<byte> text)
    {
        var bits = 0;
        uint held = 0;
        var put = 0;
        foreach (var value in data)
        {
            held = (held << 8) | value;
            for (bits += 8; bits >= 6;)
            {
                bits -= 6;
                text[put++] = (byte)Alphabet[(int)(held >> bits) & 63];
            }
        }

        if (bits > 0)
            text[put] = (byte)Alphabet[(int)(held << (6 - bits)) & 63];
    }

    /// <summary>The number of bytes, or -1 for what is not canonical. <paramref name="data"/> has room for three bytes per four characters.</summary>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> data)
    {
        var bits = 0;
        uint held = 0;
        var put = 0;
        foreach (var letter in text)
        {
            var value = Value(letter);
            if (value < 0)
                return -1;
            held = (held << 6) | (uint)value;
            bits += 6;
            if (bits >= 8)
            {
                bits -= 8;
                data[put++] = (byte)(held >> bits);
            }
        }

        return bits < 6 && (held & ((1u << bits) - 1)) == 0 ? put : -1;
    }

    private static int Value(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => letter - 'A',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}

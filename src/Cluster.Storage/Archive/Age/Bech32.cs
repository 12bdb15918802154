using System.Numerics;

namespace Cluster.Storage.Archive.Age;

/// <summary>Bech32 (BIP 173) without its limit of length: bytes as text that is typed and checked by people.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumChars = 6;

    /// <summary>In lower case.</summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> data)
    {
        var values = new byte[((data.Length * 8) + 4) / 5];
        var bits = 0;
        uint held = 0;
        var count = 0;
        foreach (var value in data)
        {
            held = (held << 8) | value;
            for (bits += 8; bits >= 5;)
            {
                bits -= 5;
                values[count++] = (byte)((held >> bits) & 31);
            }
        }

        if (bits > 0)
            values[count] = (byte)((held << (5 - bits)) & 31);
        var check = Update(Update(Prefix(prefix), values), stackalloc byte[ChecksumChars]) ^ 1;
        return string.Create(prefix.Length + 1 + values.Length + ChecksumChars, (prefix, values, check), static (text, state) =>
        {
            state.prefix.CopyTo(text);
            text[state.prefix.Length] = '1';
            text = text[(state.prefix.Length + 1)..];
            for (var i = 0; i < state.values.Length; i++)
                text[i] = Alphabet[state.values[i]];
            text = text[state.values.Length..];
            for (var i = 0; i < ChecksumChars; i++)
                text[i] = Alphabet[(int)(state.check >> (5 * (ChecksumChars - 1 - i))) & 31];
        });
    }

    /// <summary>False unless it is all lower or all upper case, has that prefix (given in lower case), and fills <paramref name="data"/> exactly.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, string prefix, Span<byte> data)
    {
        Span<char> lower = text.Length <= 256 ? stackalloc char[text.Length] : [];
        if (lower.Length != text.Length
            || (text.ContainsAnyInRange('a', 'z') && text.ContainsAnyInRange('A', 'Z'))
            || System.Text.Ascii.ToLower(text, lower, out _) != System.Buffers.OperationStatus.Done)
            return false;
        var chars = ((data.Length * 8) + 4) / 5;
        if (lower.Length != prefix.Length + 1 + chars + ChecksumChars || !lower.StartsWith(prefix, StringComparison.Ordinal) || lower[prefix.Length] != '1')
            return false;

        Span<byte> values = stackalloc byte[chars + ChecksumChars];
        for (var i = 0; i < values.Length; i++)
        {
            var value = Alphabet.IndexOf(lower[prefix.Length + 1 + i], StringComparison.Ordinal);
            if (value < 0)
                return false;
            values[i] = (byte)value;
        }

        if (Update(Prefix(prefix), values) != 1)
            return false;
        var bits = 0;
        uint held = 0;
        var count = 0;
        foreach (var value in values[..chars])
        {
            held = (held << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                data[count++] = (byte)(held >> bits);
            }
        }

        // What pads the last character is zero: one key has one text.
        return count == data.Length && (held & ((1u << bits) - 1)) == 0;
    }

    private static uint Prefix(string prefix)
    {
        Span<byte> values = stackalloc byte[(prefix.Length * 2) + 1];
        for (var i = 0; i < prefix.Length; i++)
        {
            values[i] = (byte)(prefix[i] >> 5);
            values[prefix.Length + 1 + i] = (byte)(prefix[i] & 31);
        }

        values[prefix.Length] = 0;
        return Update(1, values);
    }

    private static uint Update(uint check, ReadOnlySpan<byte> values)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        foreach (var value in values)
        {
            var top = check >> 25;
            check = ((check & 0x1ffffff) << 5) ^ value;
            for (; top != 0; top &= top - 1)
                check ^= generator[BitOperations.TrailingZeroCount(top)];
        }

        return check;
    }
}

namespace Cluster.Node.Resp;

/// <summary>
/// A command typed as a line: words between blanks, "…" with the escapes \n \r \t \b \a \xHH, '…' with \' only. The text is
/// rewritten in place: what it means is never longer than how it was written.
/// </summary>
internal static class InlineCommand
{
    /// <summary>Hands the words to the parser; false if a quote is not closed, or closes in the middle of a word.</summary>
    public static bool Split(Span<byte> line, RespParser to)
    {
        int read = 0;
        while (true)
        {
            while (read < line.Length && IsBlank(line[read])) read++;
            if (read == line.Length) return true;
            int start = read;
            int write = read;
            while (read < line.Length && !IsBlank(line[read]))
            {
                byte b = line[read++];
                if (b is not ((byte)'"' or (byte)'\''))
                {
                    line[write++] = b;
                    continue;
                }

                if (!Quoted(line, b, ref read, ref write)) return false;
                if (read < line.Length && !IsBlank(line[read])) return false;
            }

            to.Add(new ArgumentRange(start, write - start));
        }
    }

    private static bool Quoted(Span<byte> line, byte quote, ref int read, ref int write)
    {
        while (read < line.Length)
        {
            byte b = line[read++];
            if (b == quote) return true;
            if (b == '\\' && read < line.Length)
            {
                if (quote == '"') b = Escape(line, ref read);
                else if (line[read] == '\'') b = line[read++];
            }

            line[write++] = b;
        }

        return false;
    }

    private static byte Escape(Span<byte> line, ref int read)
    {
        byte b = line[read++];
        if (b == 'x' && read + 1 < line.Length && char.IsAsciiHexDigit((char)line[read]) && char.IsAsciiHexDigit((char)line[read + 1]))
        {
            int value = Hex(line[read]) << 4 | Hex(line[read + 1]);
            read += 2;
            return (byte)value;
        }

        return b switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => b,
        };
    }

    private static int Hex(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or 0;
}

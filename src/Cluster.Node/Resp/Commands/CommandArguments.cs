namespace Cluster.Node.Resp;

/// <summary>One parsed command in the receive buffer. Argument 0 is its name.</summary>
internal readonly ref struct CommandArguments(ReadOnlySpan<byte> data, ReadOnlySpan<ArgumentRange> ranges)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly ReadOnlySpan<ArgumentRange> _ranges = ranges;

    public int Count => _ranges.Length;

    public ReadOnlySpan<byte> this[int index] => _data.Slice(_ranges[index].Start, _ranges[index].Length);

    /// <summary>Compares without regard to case; <paramref name="word"/> is ASCII.</summary>
    public bool Is(int index, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(this[index], word);

    /// <summary>For messages to the client: printable, and not the whole of a large value.</summary>
    public string Text(int index) => Printable(this[index], 128);

    private static string Printable(ReadOnlySpan<byte> bytes, int most)
    {
        var text = new System.Text.StringBuilder();
        foreach (byte b in bytes.Length > most ? bytes[..most] : bytes) text.Append(b is >= 32 and < 127 ? (char)b : '?');
        return text.ToString();
    }
}

using System.Text;

namespace Cluster.Storage.Archive.Age;

/// <summary>
/// Reads a header byte by byte from a source that is asked for no more than the header. Strict: one key, one recipient have one way to be
/// written. Takes at most <see cref="BytesMax"/>, whatever the input.
/// </summary>
internal sealed class AgeHeaderParser(Func<int> nextByte)
{
    /// <summary>Thousands of recipients stay below it.</summary>
    private const int BytesMax = 1 << 20;

    private readonly MemoryStream _text = new();
    private int _lineStart;

    public List<AgeStanza> Stanzas { get; } = [];

    public byte[] Mac { get; } = new byte[AgeHeader.MacBytes];

    /// <summary>What the MAC is over.</summary>
    public ReadOnlySpan<byte> Text => _text.GetBuffer().AsSpan(0, _lineStart + AgeHeader.End.Length);

    public void Parse()
    {
        if (!Line().SequenceEqual(Encoding.ASCII.GetBytes(AgeHeader.VersionLine)))
            throw Error("it does not begin as one of version 1 does");
        while (true)
        {
            var line = Line();
            if (line.StartsWith("-> "u8))
                Stanza(line[AgeHeader.StanzaStart.Length..]);
            else if (line.StartsWith("---"u8))
                break;
            else
                throw Error("a line of the header is neither a stanza nor the end");
        }

        var end = Ascii(_lineStart);
        Span<byte> mac = stackalloc byte[AgeHeader.MacBytes + 1];
        if (end.Length != AgeHeader.End.Length + 1 + AgeBase64.EncodedChars(AgeHeader.MacBytes) || end[AgeHeader.End.Length] != ' '
            || AgeBase64.Decode(end[(AgeHeader.End.Length + 1)..], mac) != AgeHeader.MacBytes)
            throw Error("the header's last line is no MAC");
        mac[..AgeHeader.MacBytes].CopyTo(Mac);
        if (Stanzas.Count == 0)
            throw Error("a header without a stanza");
        foreach (var stanza in Stanzas)
        {
            if (stanza.Arguments[0] == AgeStanza.ScryptType && Stanzas.Count > 1)
                throw Error("a passphrase beside other recipients");
        }
    }

    private void Stanza(ReadOnlySpan<byte> line)
    {
        var arguments = new List<string>();
        foreach (var part in Encoding.Latin1.GetString(line).Split(' '))
        {
            if (part.Length == 0 || part.AsSpan().ContainsAnyExceptInRange('\x21', '\x7E'))
                throw Error("an argument of a stanza");
            arguments.Add(part);
        }

        var body = new MemoryStream();
        Span<byte> decoded = stackalloc byte[AgeHeader.BodyColumns * 3 / 4];
        while (true)
        {
            var text = Line();
            var count = text.Length <= AgeHeader.BodyColumns ? AgeBase64.Decode(text, decoded) : -1;
            if (count < 0)
                throw Error("the body of a stanza");
            body.Write(decoded[..count]);
            if (text.Length < AgeHeader.BodyColumns)
                break;
        }

        Stanzas.Add(new AgeStanza(arguments, body.ToArray()));
    }

    /// <summary>Without its end; valid until the next call.</summary>
    private ReadOnlySpan<byte> Line()
    {
        _lineStart = (int)_text.Length;
        while (true)
        {
            var next = nextByte();
            if (next < 0)
                throw Error("it ends within the header");
            if (_text.Length >= BytesMax)
                throw Error("the header is too long");
            _text.WriteByte((byte)next);
            if (next == '\n')
                return Ascii(_lineStart);
        }
    }

    private ReadOnlySpan<byte> Ascii(int start) => _text.GetBuffer().AsSpan(start, (int)_text.Length - start - 1);

    private static AgeException Error(string reason) => new(AgeProblem.Header, reason);
}

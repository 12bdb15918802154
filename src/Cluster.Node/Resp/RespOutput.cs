using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace Cluster.Node.Resp;

/// <summary>Writes replies in RESP2 or RESP3. Nothing is written through before <see cref="Flush"/>.</summary>
internal ref struct RespOutput
{
    private readonly IBufferWriter<byte> _to;
    private Span<byte> _span;
    private int _used;

    public RespOutput(IBufferWriter<byte> to, int protocol)
    {
        _to = to;
        _span = default;
        _used = 0;
        Protocol = protocol;
    }

    /// <summary>2 or 3.</summary>
    public int Protocol { get; }

    /// <summary>A fixed piece of RESP, its line ends included.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _span.Length - _used)
        {
            bytes.CopyTo(_span[_used..]);
            _used += bytes.Length;
            return;
        }

        Flush();
        _to.Write(bytes);
    }

    public void Ok() => Raw("+OK\r\n"u8);

    public void Nil() => Raw(Protocol == 3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>Nil where an array was expected: RESP2 tells the two apart.</summary>
    public void NilArray() => Raw(Protocol == 3 ? "_\r\n"u8 : "*-1\r\n"u8);

    public void Simple(scoped ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>The text starts with its code ("ERR …"). Line ends in it would break the protocol and become blanks.</summary>
    public void Error(scoped ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'\r', (byte)'\n') < 0)
        {
            Line((byte)'-', text);
            return;
        }

        byte[] clean = text.ToArray();
        clean.AsSpan().Replace((byte)'\r', (byte)' ');
        clean.AsSpan().Replace((byte)'\n', (byte)' ');
        Line((byte)'-', clean);
    }

    public void Error(string text) => Error(Encoding.UTF8.GetBytes(text));

    public void Integer(long value) => Number((byte)':', value);

    public void ArrayHeader(int count) => Number((byte)'*', count);

    /// <summary>A map of that many pairs; in RESP2 an array of twice as many elements.</summary>
    public void MapHeader(int pairs)
    {
        if (Protocol == 3) Number((byte)'%', pairs);
        else Number((byte)'*', pairs * 2L);
    }

    public void Bulk(scoped ReadOnlySpan<byte> bytes)
    {
        Number((byte)'$', bytes.Length);
        Raw(bytes);
        Raw("\r\n"u8);
    }

    public void Bulk(string text) => Bulk(Encoding.UTF8.GetBytes(text));

    /// <summary>Text for people: verbatim in RESP3.</summary>
    public void Text(string text)
    {
        if (Protocol != 3)
        {
            Bulk(text);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Number((byte)'=', bytes.Length + 4);
        Raw("txt:"u8);
        Raw(bytes);
        Raw("\r\n"u8);
    }

    public void Flush()
    {
        if (_used > 0) _to.Advance(_used);
        _span = default;
        _used = 0;
    }

    private void Line(byte kind, scoped ReadOnlySpan<byte> text)
    {
        Room(1)[0] = kind;
        _used++;
        Raw(text);
        Raw("\r\n"u8);
    }

    private void Number(byte kind, long value)
    {
        const int longest = 1 + 20 + 2;
        var span = Room(longest);
        span[0] = kind;
        Utf8Formatter.TryFormat(value, span[1..], out int length);
        span[length + 1] = (byte)'\r';
        span[length + 2] = (byte)'\n';
        _used += length + 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Room(int bytes)
    {
        if (_span.Length - _used < bytes)
        {
            Flush();
            _span = _to.GetSpan(Math.Max(bytes, 512));
        }

        return _span[_used..];
    }
}

namespace Cluster.Node.Resp;

/// <summary>Where an argument lies, in bytes from the start of its command.</summary>
public readonly record struct ArgumentRange(int Start, int Length);

public enum ParseStatus
{
    /// <summary>More bytes are needed; <see cref="RespParser.BytesNeeded"/> says how many at least.</summary>
    Incomplete,

    /// <summary>A command is there; it may be empty (a blank line, "*0"), and then there is nothing to do.</summary>
    Command,

    /// <summary>The bytes are no RESP; the connection has to be closed after <see cref="RespParser.Error"/> was sent.</summary>
    Error,
}

/// <summary>
/// Cuts the bytes of a connection into commands: arrays of bulk strings, or inline commands. Works on the bytes in place and
/// allocates nothing per command. It remembers how far it got, so that a command arriving in many pieces is looked at once.
/// Invariants:
/// I1 the caller passes the same command's first byte as data[0] until Command is returned and <see cref="Next"/> was called.
/// I2 nothing is sized by a number that the client sent: the argument list grows as arguments arrive.
/// Not thread-safe; one per connection.
/// </summary>
public sealed class RespParser
{
    private ArgumentRange[] _arguments = new ArgumentRange[8];
    private int _count;
    private int _position;
    private int _expected = NotStarted;

    private const int NotStarted = -1;

    public ReadOnlySpan<ArgumentRange> Arguments => _arguments.AsSpan(0, _count);

    /// <summary>After Command: the length of the command in bytes.</summary>
    public int Consumed => _position;

    /// <summary>After Incomplete: bytes from the start of the command without which there is no progress.</summary>
    public int BytesNeeded { get; private set; }

    /// <summary>After Error: the text after "-ERR ".</summary>
    public string Error { get; private set; } = "";

    /// <summary>Forgets the command that was returned.</summary>
    public void Next()
    {
        _count = 0;
        _position = 0;
        _expected = NotStarted;
        BytesNeeded = 0;
        if (_arguments.Length > 1024) _arguments = new ArgumentRange[8];
    }

    public ParseStatus Parse(Span<byte> data)
    {
        if (data.Length < BytesNeeded || data.IsEmpty) return ParseStatus.Incomplete;
        if (_expected == NotStarted)
        {
            if (data[0] != '*') return ParseInline(data);
            var status = ParseHeader(data, '*', RespLimits.ArgumentsMax, "invalid multibulk length", out int count);
            if (status != ParseStatus.Command) return status;
            _expected = Math.Max(count, 0);
        }

        while (_count < _expected)
        {
            var status = ParseBulk(data);
            if (status != ParseStatus.Command) return status;
        }

        return ParseStatus.Command;
    }

    private ParseStatus ParseBulk(Span<byte> data)
    {
        if (_position >= data.Length) return Need(_position + 4);
        if (data[_position] != '$') return Fail($"Protocol error: expected '$', got '{Printable(data[_position])}'");
        int header = _position;
        var status = ParseHeader(data, '$', RespLimits.BulkBytesMax, "invalid bulk length", out int length);
        if (status != ParseStatus.Command) return status;
        if (length < 0) return Fail("Protocol error: invalid bulk length");
        long end = (long)_position + length + 2;
        if (end > RespLimits.CommandBytesMax) return Fail("Protocol error: command too long");
        if (end > data.Length)
        {
            _position = header;
            return Need((int)end);
        }

        if (data[(int)end - 2] != '\r' || data[(int)end - 1] != '\n') return Fail("Protocol error: bulk string without CRLF at its end");
        Add(new ArgumentRange(_position, length));
        _position = (int)end;
        return ParseStatus.Command;
    }

    /// <summary>Reads "*n\r\n" or "$n\r\n" at the position and moves behind it.</summary>
    private ParseStatus ParseHeader(Span<byte> data, char kind, int max, string complaint, out int value)
    {
        value = 0;
        var rest = data[_position..];
        if (rest.Length > RespLimits.HeaderBytesMax) rest = rest[..RespLimits.HeaderBytesMax];
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
            return rest.Length == RespLimits.HeaderBytesMax ? Fail($"Protocol error: {complaint}") : Need(_position + rest.Length + 1);
        var digits = rest[1..end];
        if (digits.Length > 0 && digits[^1] == '\r') digits = digits[..^1];
        else return Fail($"Protocol error: {complaint}");

        bool negative = digits.Length > 0 && digits[0] == '-';
        if (negative) digits = digits[1..];
        if (digits.IsEmpty) return Fail($"Protocol error: {complaint}");
        long parsed = 0;
        foreach (byte b in digits)
        {
            if (b is < (byte)'0' or > (byte)'9') return Fail($"Protocol error: {complaint}");
            parsed = parsed * 10 + (b - '0');
            if (parsed > max) return Fail($"Protocol error: {complaint}");
        }

        if (negative && (parsed == 0 || (kind == '*' && parsed != 1))) return Fail($"Protocol error: {complaint}");
        value = negative ? -1 : (int)parsed;
        _position += end + 1;
        return ParseStatus.Command;
    }

    private ParseStatus ParseInline(Span<byte> data)
    {
        int from = Math.Max(BytesNeeded - 1, 0);
        int end = data[from..].IndexOf((byte)'\n');
        if (end < 0)
            return data.Length > RespLimits.InlineBytesMax ? Fail("Protocol error: too big inline request") : Need(data.Length + 1);
        end += from;
        if (end > RespLimits.InlineBytesMax) return Fail("Protocol error: too big inline request");
        var line = data[..end];
        if (line.Length > 0 && line[^1] == '\r') line = line[..^1];
        if (!InlineCommand.Split(line, this)) return Fail("Protocol error: unbalanced quotes in request");
        _position = end + 1;
        return ParseStatus.Command;
    }

    internal void Add(ArgumentRange argument)
    {
        if (_count == _arguments.Length) Array.Resize(ref _arguments, _count * 2); // I2
        _arguments[_count++] = argument;
    }

    private ParseStatus Need(int bytes)
    {
        BytesNeeded = bytes;
        return ParseStatus.Incomplete;
    }

    private ParseStatus Fail(string error)
    {
        Error = error;
        return ParseStatus.Error;
    }

    private static char Printable(byte b) => b is > 31 and < 127 ? (char)b : '?';
}

using System;
using System.Runtime.Serialization;
using System.Text;

namespace Akka.Persistence.Serialization;

/// <summary>Reads fields in the wire format of protocol buffers.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private ReadOnlySpan<byte> _content;
    private ulong _value;

    /// <summary>The number of the field read last.</summary>
    public int Field { get; private set; }

    public readonly long Number => (long)_value;

    public readonly long Signed => (long)(_value >> 1) ^ -(long)(_value & 1);

    public readonly ReadOnlySpan<byte> Bytes => _content;

    public readonly string Text => Encoding.UTF8.GetString(_content);

    /// <summary>False at the end.</summary>
    /// <exception cref="SerializationException">The bytes are not of that format.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        _value = 0;
        _content = default;
        switch (tag & 7)
        {
            case 0:
                _value = Varint();
                return true;
            case 1:
                _content = Take(8);
                return true;
            case 2:
                _content = Take(Varint());
                return true;
            case 5:
                _content = Take(4);
                return true;
            default:
                throw Malformed();
        }
    }

    private static SerializationException Malformed() => new("The bytes are not a message of Akka.Persistence.");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length) throw Malformed();
        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }

        throw Malformed();
    }
}

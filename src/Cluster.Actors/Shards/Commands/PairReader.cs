using System.Buffers.Binary;

namespace Cluster.Actors.Shards;

/// <summary>
/// Walks the pairs of a <see cref="CommandKind.SetMany"/>: each is `i32 key length, i32 value length, key, value`,
/// little-endian. Lengths are checked, because a batch may come from another node.
/// </summary>
public ref struct PairReader(ReadOnlySpan<byte> pairs)
{
    public const int HeaderBytes = 8;

    private ReadOnlySpan<byte> _rest = pairs;

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>False at the end. Throws <see cref="CommandFormatException"/> if the bytes are not a list of pairs.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        if (_rest.Length < HeaderBytes) throw new CommandFormatException("a pair is cut short");
        int key = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        int value = BinaryPrimitives.ReadInt32LittleEndian(_rest[4..]);
        if (key < 0 || value < 0 || (long)key + value > _rest.Length - HeaderBytes) throw new CommandFormatException("a pair is longer than its list");
        Key = _rest.Slice(HeaderBytes, key);
        Value = _rest.Slice(HeaderBytes + key, value);
        _rest = _rest[(HeaderBytes + key + value)..];
        return true;
    }
}

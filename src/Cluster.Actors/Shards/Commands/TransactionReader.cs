using System.Buffers.Binary;

namespace Cluster.Actors.Shards;

/// <summary>What a WATCH has seen of a key, as the client's node keeps it until the EXEC.</summary>
/// <param name="Term">The leadership that gave it; nobody else can say what happened to the key since.</param>
/// <param name="Lsn">Every change of the key up to there is seen.</param>
public readonly record struct WatchToken(long Term, long Lsn)
{
    public const int Bytes = 16;

    /// <summary>No WATCH was answered: an EXEC with it never takes place.</summary>
    public static readonly WatchToken Unknown;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, Term);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Lsn);
    }

    public static WatchToken Read(ReadOnlySpan<byte> from) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(from), BinaryPrimitives.ReadInt64LittleEndian(from[8..]));
}

/// <summary>
/// The value of a <see cref="CommandKind.Transaction"/>, little-endian: `i32 watches`, per watch `i32 key length, i64 term, i64 LSN, key`, then the commands
/// as <see cref="CommandBatch.WriteCommands"/> writes them. Lengths are checked, because it may come from another node.
/// </summary>
public ref struct TransactionReader
{
    public const int HeaderBytes = 4;
    public const int WatchBytes = 4 + WatchToken.Bytes;

    private ReadOnlySpan<byte> _rest;
    private int _watches;

    /// <summary>Throws <see cref="CommandFormatException"/> if it does not have the documented shape.</summary>
    public TransactionReader(ReadOnlySpan<byte> value)
    {
        if (value.Length < HeaderBytes) throw new CommandFormatException("a transaction is cut short");
        _watches = BinaryPrimitives.ReadInt32LittleEndian(value);
        if (_watches < 0) throw new CommandFormatException("a transaction has a negative number of watches");
        _rest = value[HeaderBytes..];
    }

    public ReadOnlySpan<byte> Key { get; private set; }

    public WatchToken Token { get; private set; }

    /// <summary>False at the end; then <see cref="Commands"/> may be read.</summary>
    public bool NextWatch()
    {
        if (_watches == 0) return false;
        _watches--;
        if (_rest.Length < WatchBytes) throw new CommandFormatException("a watch is cut short");
        int key = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        if (key < 0 || key > _rest.Length - WatchBytes) throw new CommandFormatException("a watch is longer than its transaction");
        Token = WatchToken.Read(_rest[4..]);
        Key = _rest.Slice(WatchBytes, key);
        _rest = _rest[(WatchBytes + key)..];
        return true;
    }

    public readonly ReadOnlySpan<byte> Commands => _rest;
}

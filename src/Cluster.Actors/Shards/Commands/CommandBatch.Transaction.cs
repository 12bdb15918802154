using System.Buffers.Binary;

namespace Cluster.Actors.Shards;

// Building a transaction: see TransactionReader for its bytes.
public sealed partial class CommandBatch
{
    /// <summary>
    /// Begins a <see cref="CommandKind.Transaction"/>. Then follow that many <see cref="AddWatch"/> and one <see cref="EndTransaction"/>, before the next command begins.
    /// </summary>
    public int BeginTransaction(int watches, bool writes)
    {
        ref var command = ref NewCommand(CommandKind.Transaction, writes ? CommandFlags.None : CommandFlags.ReadsOnly);
        command.ValueLength = TransactionReader.HeaderBytes;
        BinaryPrimitives.WriteInt32LittleEndian(_arguments.Reserve(TransactionReader.HeaderBytes), watches);
        return Count - 1;
    }

    public void AddWatch(ReadOnlySpan<byte> key, WatchToken token)
    {
        var header = _arguments.Reserve(TransactionReader.WatchBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header, key.Length);
        token.Write(header[4..]);
        _arguments.Append(key);
        _commands[Count - 1].ValueLength += TransactionReader.WatchBytes + key.Length;
    }

    /// <param name="commands">The commands of the transaction; null if there are none. It stays the caller's.</param>
    public void EndTransaction(CommandBatch? commands)
    {
        var none = commands is null ? Rent() : null;
        var nested = commands ?? none!;
        int length = nested.EncodedCommandsBytes;
        nested.WriteCommands(_arguments.Reserve(length));
        _commands[Count - 1].ValueLength += length;
        none?.Release();
    }

    /// <summary>A reply made of the replies of a transaction's commands; the caller fills the span with what their <see cref="WriteReplies"/> gives.</summary>
    internal Span<byte> SetArray(int index, int length)
    {
        var span = SetBulk(index, length);
        ReplyAt(index).Kind = ReplyKind.Array;
        return span;
    }
}

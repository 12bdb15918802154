using System.Buffers;
using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

/// <summary>
/// The bytes of a batch between two nodes, little-endian.
/// Commands: u8 flags (bit 0: read only), u8 policy, u16 its number, i32 count, then per command
/// `u8 kind, u8 flags, u16 0, i32 key length, i32 value length`, then all arguments back to back (key, value, key, …).
/// Replies: i32 count, then per reply `u8 kind, u8 0, u16 0, i32 length, i64 integer`, then the reply bytes in that order.
/// </summary>
public sealed partial class CommandBatch
{
    private const int CommandsHeaderBytes = 8;
    private const int CommandBytes = 12;
    private const int RepliesHeaderBytes = 4;
    private const int ReplyHeaderBytes = 16;

    public int EncodedCommandsBytes => CommandsHeaderBytes + Count * CommandBytes + _arguments.Length;

    public int EncodedRepliesBytes
    {
        get
        {
            int bytes = RepliesHeaderBytes + Count * ReplyHeaderBytes;
            for (int i = 0; i < Count; i++) bytes += ReplyBytes(i).Length;
            return bytes;
        }
    }

    /// <summary>Writes exactly <see cref="EncodedCommandsBytes"/>. Safe while the batch is at a shard (B1).</summary>
    public void WriteCommands(Span<byte> to)
    {
        to[..CommandsHeaderBytes].Clear();
        to[0] = ReadOnly ? (byte)1 : (byte)0;
        to[1] = (byte)Policy.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)Policy.Count);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Count);
        to = to[CommandsHeaderBytes..];
        for (int i = 0; i < Count; i++)
        {
            ref var command = ref _commands[i];
            to[..CommandBytes].Clear();
            to[0] = (byte)command.Kind;
            to[1] = (byte)command.Flags;
            BinaryPrimitives.WriteInt32LittleEndian(to[4..], command.KeyLength);
            BinaryPrimitives.WriteInt32LittleEndian(to[8..], command.ValueLength);
            to = to[CommandBytes..];
        }
        _arguments.Written.CopyTo(to);
    }

    /// <summary>Fills an empty batch with what <see cref="WriteCommands"/> wrote. Throws <see cref="CommandFormatException"/>; release the batch then.</summary>
    public void ReadCommands(ReadOnlySpan<byte> from)
    {
        if (from.Length < CommandsHeaderBytes) throw new CommandFormatException("a batch is shorter than its header");
        ReadOnly = (from[0] & 1) != 0;
        Policy = new WritePolicy((CommitPolicy)from[1], BinaryPrimitives.ReadUInt16LittleEndian(from[2..]));
        if (!Policy.IsValid) throw new CommandFormatException($"a batch has the unknown policy {from[1]} {Policy.Count}");
        int count = BinaryPrimitives.ReadInt32LittleEndian(from[4..]);
        from = from[CommandsHeaderBytes..];
        if (count < 0 || (long)count * CommandBytes > from.Length) throw new CommandFormatException($"a batch of {count} commands does not fit into {from.Length} bytes");
        var arguments = from[(count * CommandBytes)..];
        long offset = 0;
        for (int i = 0; i < count; i++)
        {
            var kind = (CommandKind)from[0];
            int key = BinaryPrimitives.ReadInt32LittleEndian(from[4..]);
            int value = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
            if (!CommandKinds.IsKnown(kind)) throw new CommandFormatException($"unknown command kind {(byte)kind}");
            if (key < 0 || value < 0 || offset + key + value > arguments.Length) throw new CommandFormatException("a command's arguments are longer than the batch");
            if (value < CommandKinds.FixedBytes(kind, (CommandFlags)from[1])) throw new CommandFormatException($"a command of kind {(byte)kind} lacks its arguments");
            ref var command = ref NewCommand(kind, (CommandFlags)from[1]);
            command.KeyOffset = (int)offset;
            command.KeyLength = key;
            command.ValueLength = value;
            offset += key + value;
            from = from[CommandBytes..];
        }
        if (offset != arguments.Length) throw new CommandFormatException("a batch has bytes behind its last argument");
        _arguments.Append(arguments);
        for (int i = 0; i < Count; i++)
        {
            if (_commands[i].Kind != CommandKind.SetMany) continue;
            for (var pairs = Pairs(i); pairs.Next();)
            {
            }
        }
    }

    /// <summary>Writes exactly <see cref="EncodedRepliesBytes"/>.</summary>
    public void WriteReplies(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, Count);
        var bytes = to[(RepliesHeaderBytes + Count * ReplyHeaderBytes)..];
        to = to[RepliesHeaderBytes..];
        for (int i = 0; i < Count; i++)
        {
            var text = ReplyBytes(i);
            to[..ReplyHeaderBytes].Clear();
            to[0] = (byte)ReplyAt(i).Kind;
            BinaryPrimitives.WriteInt32LittleEndian(to[4..], text.Length);
            BinaryPrimitives.WriteInt64LittleEndian(to[8..], ReplyAt(i).Integer);
            text.CopyTo(bytes);
            bytes = bytes[text.Length..];
            to = to[ReplyHeaderBytes..];
        }
    }

    /// <summary>Takes the replies of the same batch from another node. Throws <see cref="CommandFormatException"/> and leaves no reply then.</summary>
    public void ReadReplies(ReadOnlySpan<byte> from)
    {
        if (from.Length < RepliesHeaderBytes) throw new CommandFormatException("replies are shorter than their header");
        int count = BinaryPrimitives.ReadInt32LittleEndian(from);
        from = from[RepliesHeaderBytes..];
        if (count != Count || (long)count * ReplyHeaderBytes > from.Length) throw new CommandFormatException($"{count} replies came for {Count} commands");
        var bytes = from[(count * ReplyHeaderBytes)..];
        long total = 0;
        for (int i = 0; i < count; i++)
        {
            var header = from.Slice(i * ReplyHeaderBytes, ReplyHeaderBytes);
            int length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            total += length;
            if (header[0] is 0 or > (byte)ReplyKind.Array || length < 0 || total > bytes.Length) throw new CommandFormatException("a reply does not have the documented shape");
        }
        if (total != bytes.Length) throw new CommandFormatException("replies have bytes behind the last one");
        ResetReplies();
        int offset = 0;
        for (int i = 0; i < count; i++)
        {
            var header = from.Slice(i * ReplyHeaderBytes, ReplyHeaderBytes);
            int length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            ReplyAt(i) = new Reply { Kind = (ReplyKind)header[0], Offset = offset, Length = length, Integer = BinaryPrimitives.ReadInt64LittleEndian(header[8..]) };
            offset += length;
        }
        _replyBytes.Append(bytes);
    }
}

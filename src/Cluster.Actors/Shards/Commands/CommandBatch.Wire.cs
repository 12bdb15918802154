using System.Buffers;
using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// The bytes of a batch between two nodes, little-endian.
/// Commands: u8 flags (bit 0: read only, bit 1: a stamp follows the count, bit 2: an earlier attempt may have appended it, bit 3: a client named the write itself), u8 policy, u16 its number, i32 count, then per command
/// `u8 kind, u8 flags, u16 0, i32 key length, i32 value length`, then all arguments back to back (key, value, key, …).
/// Replies: i32 count, then per reply `u8 kind, u8 0, u16 0, i32 length, i64 integer`, then the reply bytes in that order.
/// </summary>
public sealed partial class CommandBatch
{
    private const int CommandsHeaderBytes = 8;
    private const int CommandBytes = 12;
    private const byte ReadOnlyFlag = 1;
    private const byte StampFlag = 2;
    private const byte MayBeAppendedFlag = 4;
    private const byte ExplicitFlag = 8;

    /// <summary>16 session id, i64 sequence.</summary>
    private const int StampBytes = 24;
    private const int RepliesHeaderBytes = 4;
    private const int ReplyHeaderBytes = 16;

    public int EncodedCommandsBytes => CommandsHeaderBytes + (HasStamp ? StampBytes : 0) + Count * CommandBytes + _arguments.Length;

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
        to[0] = (byte)((ReadOnly ? ReadOnlyFlag : 0) | (HasStamp ? StampFlag : 0) | (MayBeAppended ? MayBeAppendedFlag : 0) | (IsExplicit ? ExplicitFlag : 0));
        to[1] = (byte)Policy.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)Policy.Count);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Count);
        to = to[CommandsHeaderBytes..];
        if (HasStamp)
        {
            Stamp.Id.TryWriteBytes(to, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64LittleEndian(to[16..], Stamp.Sequence);
            to = to[StampBytes..];
        }

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
        byte flags = from[0];
        ReadOnly = (flags & ReadOnlyFlag) != 0;
        Policy = new WritePolicy((CommitPolicy)from[1], BinaryPrimitives.ReadUInt16LittleEndian(from[2..]));
        if (!Policy.IsValid) throw new CommandFormatException($"a batch has the unknown policy {from[1]} {Policy.Count}");
        int count = BinaryPrimitives.ReadInt32LittleEndian(from[4..]);
        from = from[CommandsHeaderBytes..];
        if ((flags & StampFlag) != 0) ReadStamp(ref from);
        MayBeAppended = (flags & MayBeAppendedFlag) != 0;
        IsExplicit = (flags & ExplicitFlag) != 0;
        if (flags > 15 || (!HasStamp && flags > ReadOnlyFlag)) throw new CommandFormatException($"a batch has unknown flags {flags}");
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

    private void ReadStamp(ref ReadOnlySpan<byte> from)
    {
        if (from.Length < StampBytes) throw new CommandFormatException("a batch is shorter than its stamp");
        Stamp = new SessionStamp(new Guid(from[..16], bigEndian: true), BinaryPrimitives.ReadInt64LittleEndian(from[16..]));
        if (!HasStamp || Stamp.Sequence <= 0) throw new CommandFormatException($"a batch has the stamp {Stamp}");
        from = from[StampBytes..];
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

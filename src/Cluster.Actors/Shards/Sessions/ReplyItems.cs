using Cluster.Storage.Sessions;

namespace Cluster.Actors.Shards;

/// <summary>
/// What the writes of a batch were answered, as its records carry it (docs/formats/record.md): a list of items, which may be cut behind any of them and go on in the
/// next record. An `ok` for the next command is one byte.
/// </summary>
internal static class ReplyItems
{
    private const int SkipInHeadMax = 30;
    private const int HeadBytesMax = 1 + 9;
    private const int IntegerBytesMax = 10;

    private enum ItemKind : byte
    {
        Ok = 0,
        Nil = 1,
        Integer = 2,
        Bulk = 3,
        Error = 4,

        /// <summary>Of a transaction: the replies of its commands, as a batch has them between two nodes.</summary>
        Array = 5,
    }

    /// <summary>Appends the reply of a command; one too long to be kept only so far that it shows. <paramref name="skipped"/>: commands between the item before it and this one.</summary>
    public static void Write(PooledBytes to, int skipped, in Reply reply, ReadOnlySpan<byte> bytes)
    {
        var kind = reply.Kind switch
        {
            ReplyKind.Ok => ItemKind.Ok,
            ReplyKind.Nil => ItemKind.Nil,
            ReplyKind.Integer => ItemKind.Integer,
            ReplyKind.Bulk => ItemKind.Bulk,
            ReplyKind.Error => ItemKind.Error,
            ReplyKind.Array => ItemKind.Array,
            _ => throw new InvalidOperationException($"a reply of kind {reply.Kind} cannot be kept"),
        };
        Span<byte> head = stackalloc byte[HeadBytesMax + IntegerBytesMax];
        head[0] = (byte)((byte)kind | (Math.Min(skipped, SkipInHeadMax + 1) << 3));
        int length = 1;
        if (skipped > SkipInHeadMax) length += WriteVarint(head[length..], (ulong)skipped);
        if (kind == ItemKind.Integer) length += WriteVarint(head[length..], (ulong)((reply.Integer << 1) ^ (reply.Integer >> 63)));
        bool hasBytes = kind is ItemKind.Bulk or ItemKind.Error or ItemKind.Array;
        if (hasBytes) length += WriteVarint(head[length..], (ulong)bytes.Length);
        to.Append(head[..length]);
        if (hasBytes) to.Append(bytes[..Math.Min(bytes.Length, SessionLimits.ReplyBytesMax)]);
    }

    /// <summary>
    /// Takes the item at the front and makes it the reply of its command. False at the end, or if it does not belong to a batch like this one.
    /// <paramref name="index"/>: of the command before; becomes that of the item's.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> items, CommandBatch batch, ref int index)
    {
        if (items.IsEmpty) return false;
        var kind = (ItemKind)(items[0] & 7);
        ulong skipped = (ulong)items[0] >> 3;
        items = items[1..];
        if (skipped > SkipInHeadMax && !TryReadVarint(ref items, out skipped)) return false;
        long at = index + 1L + (long)Math.Min(skipped, int.MaxValue);
        if (at >= batch.Count) return false;
        index = (int)at;
        // Another command may have come under the name of the first one: its owner could not read this reply.
        bool isTransaction = batch[index].Kind == CommandKind.Transaction;
        if (isTransaction ? kind is not (ItemKind.Array or ItemKind.Nil or ItemKind.Error) : kind == ItemKind.Array) return false;
        switch (kind)
        {
            case ItemKind.Ok:
                batch.SetOk(index);
                return true;
            case ItemKind.Nil:
                batch.SetNil(index);
                return true;
            case ItemKind.Integer when TryReadVarint(ref items, out ulong zigzag):
                batch.SetInteger(index, (long)(zigzag >> 1) ^ -(long)(zigzag & 1));
                return true;
            case ItemKind.Bulk or ItemKind.Error or ItemKind.Array when TryReadVarint(ref items, out ulong length) && length <= (ulong)items.Length:
                var bytes = items[..(int)length];
                if (kind == ItemKind.Bulk) batch.SetBulk(index, bytes);
                else if (kind == ItemKind.Error) batch.SetDataError(index, bytes);
                else bytes.CopyTo(batch.SetArray(index, bytes.Length));
                items = items[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private static int WriteVarint(Span<byte> to, ulong value)
    {
        int length = 0;
        for (; value >= 0x80; value >>= 7) to[length++] = (byte)(value | 0x80);
        to[length++] = (byte)value;
        return length;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (int i = 0; i < from.Length && i < IntegerBytesMax; i++)
        {
            value |= (ulong)(from[i] & 0x7F) << (7 * i);
            if ((from[i] & 0x80) != 0) continue;
            from = from[(i + 1)..];
            return true;
        }

        return false;
    }
}

using System.Buffers.Binary;
using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.TestSupport.Writer;

/// <summary>
/// What the record at an LSN of a term says: it follows from the two alone, so that who finds the log knows what must be in it.
/// </summary>
public static class KillLoad
{
    public const int Keys = 300;

    public readonly record struct Change(int Key, int ValueLength, bool IsDelete);

    public static bool IsFlush(Lsn lsn, Term term) => Seed(lsn, term) % 701 == 0;

    /// <summary>The operations of that record, one to four of different keys.</summary>
    public static Change[] ChangesAt(Lsn lsn, Term term)
    {
        var random = new Random(Seed(lsn, term));
        var changes = new Change[random.Next(1, 5)];
        var first = random.Next(Keys);
        for (var i = 0; i < changes.Length; i++)
        {
            var length = random.Next(60) == 0 ? random.Next(9000) : random.Next(8, 200);
            var isDelete = random.Next(6) == 0;
            changes[i] = new Change((first + (i * 71)) % Keys, isDelete ? 0 : length, isDelete);
        }

        return changes;
    }

    public static byte[] NameOf(int key) => BitConverter.GetBytes(key);

    /// <summary>Tells the record and the operation that wrote it.</summary>
    public static void Fill(Span<byte> value, Lsn lsn, Term term, int index)
    {
        for (var i = 0; i < value.Length; i++)
            value[i] = (byte)(i + (lsn.Value * 31) + (term.Value * 7) + index);
        if (value.Length >= 8)
            BinaryPrimitives.WriteInt64LittleEndian(value, lsn.Value);
    }

    public static AppendResult AppendNext(ShardStore store, Term term)
    {
        var lsn = store.LastLsn.Next;
        if (IsFlush(lsn, term))
            return store.AppendFlushKeys(term, 0, SessionStamp.None);
        var changes = ChangesAt(lsn, term);
        var operations = new KeyOperation[changes.Length];
        var source = new byte[changes.Sum(static change => 4 + change.ValueLength)];
        var at = 0;
        for (var i = 0; i < changes.Length; i++)
        {
            NameOf(changes[i].Key).CopyTo(source, at);
            Fill(source.AsSpan(at + 4, changes[i].ValueLength), lsn, term, i);
            operations[i] = new KeyOperation(changes[i].IsDelete ? KeyOperationKind.Delete : KeyOperationKind.Put, at, 4, at + 4, changes[i].ValueLength);
            at += 4 + changes[i].ValueLength;
        }

        return store.AppendKeys(term, 0, SessionStamp.None, source, operations);
    }

    private static int Seed(Lsn lsn, Term term) => (int)(((lsn.Value * 1_000_003) + (term.Value * 7919)) & 0x7FFFFFFF);
}

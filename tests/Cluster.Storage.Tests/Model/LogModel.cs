using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Checksums;
using Cluster.Storage.Keys;

namespace Cluster.Storage.Tests.Model;

/// <summary>One operation of a model record. No value means a delete.</summary>
internal readonly record struct ModelChange(int Key, byte[]? Value, long ExpiresAt)
{
    public static byte[] NameOf(int key) => key == 0 ? [] : [(byte)'k', (byte)(key % 256), .. new byte[key % 5 * 11]];
}

/// <summary>A record as docs/formats/record.md says that it is laid out, made without the product's code.</summary>
internal sealed record ModelRecord(RecordKind Kind, Lsn Lsn, Term Term, long Timestamp, ModelChange[] Changes, byte[] Payload, byte[] Bytes, ulong Digest);

/// <summary>What a shard's log says, kept in the plainest way: a list of records that every question searches from its end.</summary>
internal sealed class LogModel
{
    private readonly List<ModelRecord> _records = [];

    public Lsn Last => new(_records.Count);

    public Lsn Commit { get; set; }

    public Term LastTerm => _records.Count == 0 ? Term.None : _records[^1].Term;

    public ModelRecord this[Lsn lsn] => _records[(int)lsn.Value - 1];

    public ulong DigestAt(Lsn lsn) => lsn.Value == 0 ? 0 : this[lsn].Digest;

    public ModelRecord Append(RecordKind kind, Term term, long timestamp, in SessionStamp session, ModelChange[] changes, byte[] payload)
    {
        if (kind == RecordKind.Keys)
            payload = Encode(changes);
        var header = session.IsPresent ? 56 : 32;
        var bytes = new byte[header + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        bytes[4] = (byte)kind;
        bytes[5] = (byte)(session.IsPresent ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Last.Value + 1);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), timestamp);
        if (session.IsPresent)
        {
            MemoryMarshal.Write(bytes.AsSpan(32), session.Id);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), session.Sequence);
        }

        payload.CopyTo(bytes, header);
        var record = new ModelRecord(kind, Last.Next, term, timestamp, changes, payload, bytes, XxHash64.Compute(bytes, DigestAt(Last)));
        _records.Add(record);
        return record;
    }

    public void CutAfter(Lsn keep) => _records.RemoveRange((int)keep.Value, (int)(Last - keep));

    /// <summary>The state of a key as of an LSN, and the record that decided it.</summary>
    public (Lsn Lsn, byte[]? Value, long ExpiresAt) Find(int key, Lsn upTo)
    {
        for (var i = (int)upTo.Value - 1; i >= 0; i--)
        {
            var record = _records[i];
            if (record.Kind == RecordKind.FlushKeys)
                return (record.Lsn, null, 0);
            for (var j = record.Changes.Length - 1; j >= 0; j--)
            {
                if (record.Changes[j].Key == key)
                    return (record.Lsn, record.Changes[j].Value, record.Changes[j].ExpiresAt);
            }
        }

        return (Lsn.None, null, 0);
    }

    public ModelRecord? NewestOf(RecordKind kind, Lsn upTo)
    {
        for (var i = (int)upTo.Value - 1; i >= 0; i--)
        {
            if (_records[i].Kind == kind)
                return _records[i];
        }

        return null;
    }

    /// <summary>The newest record behind the commit LSN that changes keys.</summary>
    public Lsn LastPending
    {
        get
        {
            var lsn = Last;
            while (lsn > Commit && this[lsn].Kind is not (RecordKind.Keys or RecordKind.FlushKeys))
                lsn -= 1;
            return lsn > Commit ? lsn : Lsn.None;
        }
    }

    private static byte[] Encode(ModelChange[] changes)
    {
        var bytes = new List<byte>();
        foreach (var change in changes)
        {
            var name = ModelChange.NameOf(change.Key);
            var isPut = change.Value is not null;
            var expires = isPut && change.ExpiresAt != 0;
            var head = new byte[expires ? 20 : 12];
            head[0] = (byte)(isPut ? 1 : 2);
            head[1] = (byte)(expires ? 1 : 0);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), name.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), change.Value?.Length ?? 0);
            if (expires)
                BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(12), change.ExpiresAt);
            bytes.AddRange(head);
            bytes.AddRange(name);
            bytes.AddRange(change.Value ?? []);
        }

        return [.. bytes];
    }
}

using System.Buffers.Binary;
using System.Text;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Persistence.Log;

/// <summary>Builds the index from the records of a log that opens.</summary>
internal sealed class EntryReplay(LogIndex index) : IRecordReplay
{
    public void OnRecord(in RecordView record, RecordLocation location)
    {
        if (record.Kind != RecordKind.Persistence) throw EntryFormat.Malformed(record, $"its kind is {record.Kind}");
        ReadOnlySpan<byte> payload = record.Payload;
        if (payload.Length < 12) throw EntryFormat.Malformed(record, "it is too short");
        int type = BinaryPrimitives.ReadInt32LittleEndian(payload);
        int count = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        int idLength = BinaryPrimitives.ReadInt32LittleEndian(payload[8..]);
        if (count < 0 || idLength < 0 || idLength > payload.Length - 12) throw EntryFormat.Malformed(record, "its lengths do not fit");
        History history = index.HistoryOf(Encoding.UTF8.GetString(payload.Slice(12, idLength)));
        index.CountRecord(record.Lsn, location);
        int at = 12 + idLength;
        switch ((PersistenceRecordType)type)
        {
            case PersistenceRecordType.Write:
                AddEntries(record, location, history, count, at);
                break;
            case PersistenceRecordType.Copy when count == 1 && payload.Length >= at + 12:
                EntryOrigin origin = OriginAt(payload[at..]);
                AddEntry(record, location, history, at + 12, origin);
                break;
            case PersistenceRecordType.Floor when payload.Length == at + 16:
                index.ApplyFloor(
                    history, BinaryPrimitives.ReadInt64LittleEndian(payload[at..]), BinaryPrimitives.ReadInt64LittleEndian(payload[(at + 8)..]), record.Lsn);
                break;
            case PersistenceRecordType.Removal when payload.Length == at + ((long)count * 20):
                for (int i = 0; i < count; i++) RemoveAt(payload[(at + (i * 20))..], history);
                break;
            default:
                throw EntryFormat.Malformed(record, $"type {type} with {count} entries");
        }
    }

    private void AddEntries(in RecordView record, RecordLocation location, History history, int count, int at)
    {
        for (int i = 0; i < count; i++) at = AddEntry(record, location, history, at, new EntryOrigin(record.Lsn.Value, i));
        if (at != record.Payload.Length) throw EntryFormat.Malformed(record, "its entries do not fill it");
    }

    /// <summary>Returns where the next entry begins.</summary>
    private int AddEntry(in RecordView record, RecordLocation location, History history, int at, EntryOrigin origin)
    {
        ReadOnlySpan<byte> rest = record.Payload[at..];
        int length = rest.Length < 24 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 16 || length > rest.Length - EntryFormat.EntryHeaderBytes) throw EntryFormat.Malformed(record, "an entry's length does not fit");
        long sequenceNr = BinaryPrimitives.ReadInt64LittleEndian(rest[EntryFormat.EntryHeaderBytes..]);
        long ticks = BinaryPrimitives.ReadInt64LittleEndian(rest[(EntryFormat.EntryHeaderBytes + 8)..]);
        int whole = EntryFormat.EntryHeaderBytes + length;
        index.Place(history, sequenceNr, ticks, origin, record.Lsn, location, record.PayloadOffset + at, whole);
        return at + whole;
    }

    private void RemoveAt(ReadOnlySpan<byte> place, History history)
    {
        if (history.Find(BinaryPrimitives.ReadInt64LittleEndian(place[12..]), OriginAt(place)) is { } entry) index.Remove(history, entry);
    }

    private static EntryOrigin OriginAt(ReadOnlySpan<byte> place) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(place), BinaryPrimitives.ReadInt32LittleEndian(place[8..]));
}

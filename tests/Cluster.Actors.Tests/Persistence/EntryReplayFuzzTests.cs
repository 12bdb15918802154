using System.Buffers.Binary;
using Cluster.Actors.Persistence.Log;
using Cluster.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Persistence;

/// <summary>Whatever a record says: it is applied, or refused with the one error.</summary>
public class EntryReplayFuzzTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 1_000_000 : 20_000;

    [Fact]
    public void Damaged_records_only_raise_the_typed_error()
    {
        Random random = new(11);
        byte[][] seeds = [Write(3), Write(1), Copy(), Floor(), Removal()];
        int applied = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] payload = [.. seeds[random.Next(seeds.Length)]];
            for (int i = random.Next(3); i > 0; i--)
            {
                int at = random.Next(payload.Length);
                if (random.Next(2) == 0) payload[at] = (byte)random.Next(256);
                else payload = random.Next(2) == 0 ? payload[..at] : [.. payload, .. payload[at..]];
                if (payload.Length == 0) payload = [1];
            }

            if (Replay(payload, round)) applied++;
        }

        Assert.InRange(applied, Rounds / 20, Rounds - (Rounds / 20));
    }

    private static bool Replay(byte[] payload, int round)
    {
        byte[] record = new byte[RecordFormat.HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length);
        record[RecordFormat.KindOffset] = (byte)RecordKind.Persistence;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(RecordFormat.LsnOffset), 5);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(RecordFormat.TermOffset), 1);
        payload.CopyTo(record.AsSpan(RecordFormat.HeaderBytes));
        Assert.True(RecordView.TryParse(record, out RecordView view));
        try
        {
            new EntryReplay(new LogIndex()).OnRecord(view, new RecordLocation(1, 200, record.Length));
            return true;
        }
        catch (InvalidRecordException)
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"round {round}, {Convert.ToHexString(payload)}: {error}", error);
        }
    }

    private static byte[] Write(int count)
    {
        EntryBatch batch = new("p-1", [.. Enumerable.Range(1, count).Select(Entry)]);
        byte[] payload = new byte[EntryFormat.WriteLength(batch)];
        Span<byte> rest = EntryFormat.WriteHead(payload, PersistenceRecordType.Write, count, "p-1");
        foreach (EntryContent entry in batch.Entries) rest = rest[EntryFormat.WriteEntry(rest, entry)..];
        return payload;
    }

    private static byte[] Copy()
    {
        byte[] payload = new byte[EntryFormat.HeadLength("p-1") + 12 + EntryFormat.EntryLength(Entry(1))];
        Span<byte> rest = EntryFormat.WriteHead(payload, PersistenceRecordType.Copy, 1, "p-1");
        EntryFormat.WriteEntry(rest[12..], Entry(1));
        return payload;
    }

    private static byte[] Floor()
    {
        byte[] payload = new byte[EntryFormat.HeadLength("p-1") + 16];
        EntryFormat.WriteHead(payload, PersistenceRecordType.Floor, 0, "p-1");
        return payload;
    }

    private static byte[] Removal()
    {
        byte[] payload = new byte[EntryFormat.HeadLength("p-1") + 40];
        EntryFormat.WriteHead(payload, PersistenceRecordType.Removal, 2, "p-1");
        return payload;
    }

    private static EntryContent Entry(int number) => new(number, 7, 1, "writer", "", "manifest", new byte[20]);
}

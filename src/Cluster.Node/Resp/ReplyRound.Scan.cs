using System.Buffers.Binary;
using System.Buffers.Text;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

// SCAN: what a shard has told, with the cursor that names the next look.
internal sealed partial class ReplyRound
{
    private const int ScanHeaderBytes = 8;

    private int _scannedShards;

    public void AddScan(int batch, int index, int shards)
    {
        _scannedShards = shards;
        _plans.Add(new Plan(PlanKind.Scan, batch, index));
    }

    private void WriteScan(ref RespOutput output, Plan plan)
    {
        var batch = _batches[plan.From];
        if (batch.ReplyTo(plan.Count).Kind != ReplyKind.Bulk)
        {
            WriteOne(ref output, batch, plan.Count);
            return;
        }

        var reply = batch.ReplyBytes(plan.Count);
        uint position = BinaryPrimitives.ReadUInt32LittleEndian(reply);
        int shard = _shards[plan.From];
        var next = position != 0 ? new ScanCursor(position, BinaryPrimitives.ReadInt32LittleEndian(reply[4..]), shard)
            : shard + 1 < _scannedShards ? new ScanCursor(0, 0, shard + 1)
            : default;
        Span<byte> cursor = stackalloc byte[20];
        Utf8Formatter.TryFormat(next.Value, cursor, out int length);
        output.ArrayHeader(2);
        output.Bulk(cursor[..length]);
        reply = reply[ScanHeaderBytes..];
        int count = 0;
        for (var rest = reply; !rest.IsEmpty; rest = rest[KeyBytes(rest)..]) count++;
        output.ArrayHeader(count);
        for (; !reply.IsEmpty; reply = reply[KeyBytes(reply)..]) output.Bulk(reply[sizeof(int)..KeyBytes(reply)]);
    }

    private static int KeyBytes(ReadOnlySpan<byte> keys) => sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(keys);
}

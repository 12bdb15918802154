using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>
/// The replica's side of a pull: appends what an answer brought, and puts large records together from their parts.
/// </summary>
internal sealed class RecordReceiver(ShardStore store, HybridClock hybrid)
{
    private readonly PooledBytes _assembly = new();
    private readonly PooledBytes _scratch = new();

    /// <summary>Forgets a half-assembled record.</summary>
    public void Clear() => _assembly.Reset();

    /// <summary>Keeps a part. The core asks for parts in order, beginning anew at 0.</summary>
    public void StorePart(in PullAnswer answer, RecordBytes? bytes)
    {
        if (answer.PartOffset == 0) _assembly.Reset();
        if (bytes is null || answer.PartOffset != _assembly.Length || bytes.Length != answer.PartLength) return;
        bytes.CopyTo(_assembly.Reserve(bytes.Length));
    }

    /// <summary>
    /// Appends the records of an answer, all or none, and reports configuration records among them to the core. False if they
    /// cannot be taken now, or are not what was announced. Throws <see cref="DigestMismatchException"/> if the logs have parted.
    /// </summary>
    public bool TryAppend(in PullAnswer answer, RecordBytes? bytes, ReplicaCore core, out string? damage)
    {
        damage = null;
        if (bytes is null) return false;
        bool inParts = answer.PartTotal != 0;
        if (inParts)
        {
            if (answer.PartOffset == 0) _assembly.Reset();
            if (answer.PartOffset != _assembly.Length || bytes.Length != answer.PartTotal - answer.PartOffset)
            {
                damage = $"part at {answer.PartOffset} of a record of {answer.PartTotal} bytes does not fit to {_assembly.Length} bytes before it";
                _assembly.Reset();
                return false;
            }

            bytes.CopyTo(_assembly.Reserve(bytes.Length));
        }

        var records = inParts ? _assembly.Written : Contiguous(bytes);
        try
        {
            ulong? digest = !answer.DigestLsn.IsNone && answer.DigestLsn == answer.Last ? answer.Digest : null;
            if (!store.AppendEncoded(records, digest).Appended) return false;
        }
        catch (InvalidRecordException e)
        {
            damage = e.Message;
            return false;
        }
        finally
        {
            if (inParts) _assembly.Truncate(answer.PartOffset);
        }

        ReportConfigurations(records, core);
        if (inParts) _assembly.Reset();
        _scratch.Reset();
        return true;
    }

    private void ReportConfigurations(ReadOnlySpan<byte> records, ReplicaCore core)
    {
        long newest = 0;
        while (RecordView.TryParse(records, out var record))
        {
            if (record.Kind == RecordKind.Configuration) core.ConfigurationAppended(ConfigurationCodec.Read(record.Lsn, record.Payload));
            newest = record.Timestamp;
            records = records[record.Length..];
        }

        hybrid.Restore(newest);
    }

    private ReadOnlySpan<byte> Contiguous(RecordBytes bytes)
    {
        if (bytes is ReceivedBytes received) return received.Bytes.Span;
        _scratch.Reset();
        bytes.CopyTo(_scratch.Reserve(bytes.Length));
        return _scratch.Written;
    }
}

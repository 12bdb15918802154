using System.Buffers.Binary;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Persistence.Log;

/// <summary>Reading of entries, from memory or from the files; every checksum is verified.</summary>
internal sealed partial class PersistenceLog
{
    /// <summary>
    /// The entry, or null if it has been deleted meanwhile. May block on the disk. Throws <see cref="WalCorruptException"/>, which names
    /// the file, or <see cref="StorageFailedException"/>.
    /// </summary>
    public EntryContent? Read(LogEntry entry) => ReadBytes(entry) is { } bytes ? EntryFormat.ReadEntry(bytes) : null;

    private byte[]? ReadBytes(LogEntry entry)
    {
        while (true)
        {
            Lsn lsn;
            RecordLocation record;
            int offset;
            byte[] bytes;
            lock (_gate)
            {
                ThrowIfFailed();
                if (entry.IsRemoved) return null;
                (lsn, record, offset) = (entry.Lsn, entry.Record, entry.Offset);
                bytes = new byte[entry.Length];
            }

            if (_log.TryReadAt(record, offset, bytes))
            {
                if (EntryFormat.IsWhole(bytes)) return bytes;
                return FromVerifiedBatch(lsn, offset, bytes);
            }

            // Its segment was released: then it lies elsewhere now, or is deleted.
            lock (_gate)
            {
                if (!entry.IsRemoved && entry.Lsn == lsn)
                    throw new StorageFailedException(StorageFailure.Io, $"read LSN {lsn} of", _options.Folder);
            }
        }
    }

    /// <summary>The bytes are wrong. The batch's own checksum says whether the file is damaged; if so, that throws and names it.</summary>
    private byte[] FromVerifiedBatch(Lsn lsn, int offset, byte[] bytes)
    {
        if (_log.ReadFromDisk(lsn - 1, 1, out LogSlice? slice) == LogReadOutcome.Records)
        {
            using (slice!)
            {
                ReadOnlySpan<byte> record = slice!.Range(0);
                int length = BinaryPrimitives.ReadInt32LittleEndian(record);
                if (slice.First == lsn && offset + bytes.Length <= length) record.Slice(offset, bytes.Length).CopyTo(bytes);
            }
        }

        return EntryFormat.IsWhole(bytes)
            ? bytes
            : throw new WalCorruptException(_options.Folder, offset, lsn, "the checksum of an entry does not hold");
    }
}

using System.Buffers.Binary;
using Cluster.Storage;

namespace Cluster.Actors.Persistence.Log;

/// <summary>
/// When most of the log is dead, what is alive is appended again and the segments before are released. At every moment a replay of what is
/// there gives the same index: a copy names the entry that it is a copy of, and segments go from the oldest on, entries before their deletion.
/// </summary>
internal sealed partial class PersistenceLog
{
    private const int StepBytes = 256 << 10;

    private bool _compacting;
    private bool _compactionFailed;

    /// <summary>Under the lock. Each byte alive is copied for at least one that is dead.</summary>
    private void CompactIfWorthwhile()
    {
        if (_compacting || _compactionFailed || _index.TotalBytes <= (2 * _index.LiveBytes) + (2 * _options.SegmentBytes)) return;
        _compacting = _options.TryRunBlocking(Compact);
    }

    private void Compact()
    {
        try
        {
            Lsn through;
            List<(History History, LogEntry Entry)> alive = [];
            lock (_gate)
            {
                ThrowIfFailed();
                through = _log.LastLsn;
                foreach (History history in _index.Histories)
                    foreach (LogEntry entry in history.Entries) alive.Add((history, entry));
            }

            int step = 0;
            foreach (var (history, entry) in alive)
            {
                step += Copy(history, entry);
                if (step < StepBytes) continue;
                step = 0;
                // The disk sets the pace; writers go on meanwhile.
                Synced().GetAwaiter().GetResult();
            }

            lock (_gate)
            {
                foreach (History history in _index.Histories)
                    if (history.NeedsFloor && history.FloorLsn <= through) AppendFloor(history, 0);
                _ = Flush();
                _log.ReleaseBelow(through.Next, Released);
            }
        }
        catch (Exception error)
        {
            GiveUp(error);
        }
    }

    private int Copy(History history, LogEntry entry)
    {
        if (ReadBytes(entry) is not { } bytes) return 0;
        lock (_gate)
        {
            ThrowIfFailed();
            if (entry.IsRemoved) return 0;
            int head = EntryFormat.HeadLength(history.PersistenceId);
            Span<byte> payload = _log.Append(RecordKind.Persistence, OnlyTerm, Now(), SessionStamp.None, head + 12 + bytes.Length);
            Span<byte> rest = EntryFormat.WriteHead(payload, PersistenceRecordType.Copy, 1, history.PersistenceId);
            BinaryPrimitives.WriteInt64LittleEndian(rest, entry.Origin.Lsn);
            BinaryPrimitives.WriteInt32LittleEndian(rest[8..], entry.Origin.Index);
            bytes.CopyTo(rest[12..]);
            Lsn lsn = _log.Commit(out RecordLocation location);
            _index.CountRecord(lsn, location);
            _index.Place(history, entry.SequenceNr, entry.Ticks, entry.Origin, lsn, location, RecordFormat.HeaderBytes + head + 12, bytes.Length);
        }

        return bytes.Length;
    }

    /// <summary>On a writer thread, after everything appended before was synced.</summary>
    private void Released(Exception? error)
    {
        if (error is not null)
        {
            GiveUp(error);
            return;
        }

        lock (_gate)
        {
            _index.ForgetBefore(_log.FirstLsn);
            _compacting = false;
        }
    }

    private void GiveUp(Exception error)
    {
        lock (_gate)
        {
            _compacting = false;
            _compactionFailed = true;
        }

        _options.CompactionFailed(error);
    }
}

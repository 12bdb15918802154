using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// The data files that one merge writes: one behind the other, ended at the usual size between two records, none for what holds nothing.
/// </summary>
internal sealed class MergeOutput(ShardStoreOptions options, Lsn first, Lsn cleanThrough)
{
    private readonly List<DataFileInfo> _finished = [];
    private DataFileWriter? _writer;
    private Lsn _first = first;
    private Lsn _last;
    private long _bytes;

    /// <summary>Since the beginning.</summary>
    public long Written => _bytes + (_writer?.Written ?? 0);

    public long Unsynced => _writer?.Unsynced ?? 0;

    public void AddPut(Lsn lsn, in KeyOperationView operation, ReadOnlySpan<byte> bytes) => For(lsn).AddPut(lsn, operation, bytes);

    public void AddTombstone(Lsn lsn, ReadOnlySpan<byte> key) => For(lsn).AddTombstone(lsn, key);

    public void Sync() => _writer?.Sync();

    /// <summary>Every file is whole and synced under its name, and the names are durable.</summary>
    public IReadOnlyList<DataFileInfo> Finish(Lsn last)
    {
        End(last);
        if (_finished.Count > 0)
            options.Log.Environment.Files.SyncFolder(options.Log.Folder);
        options.Log.Environment.CrashPoints.Reached("merge.data-durable");
        return _finished;
    }

    /// <summary>Removes everything; what cannot be removed the next opening removes.</summary>
    public void Abandon()
    {
        _writer?.Abandon();
        _writer = null;
        foreach (var info in _finished)
        {
            try
            {
                options.Log.Environment.Files.Delete(Path.Combine(options.Log.Folder, info.Name));
            }
            catch (StorageFailedException)
            {
                // No manifest names it: the next opening removes it.
            }
        }

        _finished.Clear();
    }

    private DataFileWriter For(Lsn lsn)
    {
        if (_writer is not null && _writer.Length >= options.Merge.FileBytes && lsn > _last)
            End(_last);
        _last = lsn;
        return _writer ??= new DataFileWriter(
            options.Log.Environment,
            options.Log.Folder,
            new DataFileHeader(options.Log.Shard, options.Log.Environment.RandomId(), _first, options.Log.ClusterId));
    }

    private void End(Lsn last)
    {
        if (_writer is null)
            return;
        var info = _writer.Finish(last, cleanThrough);
        _writer = null;
        _bytes += info.Bytes;
        _finished.Add(info);
        _first = last.Next;
    }
}

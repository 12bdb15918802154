using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;

namespace Cluster.Storage.Tests.Model;

/// <summary>Bugs that are planted under the store, to see that its model test finds them.</summary>
internal enum DiskLie
{
    None,

    /// <summary>Folders are never synced: names are lost.</summary>
    FolderSyncsDropped,

    /// <summary>A state file is renamed before it is synced.</summary>
    StateFilesNotSyncedBeforeTheirRename,

    /// <summary>Segments are reported synced although nobody synced them.</summary>
    SegmentSyncsDropped,

    /// <summary>A sync is reported before it is done: the next call makes it.</summary>
    SyncsReportedTooEarly,

    /// <summary>What a cut or a torn tail leaves is not truncated.</summary>
    TruncationsDropped,

    /// <summary>Deleted segments stay.</summary>
    DeletionsDropped,

    /// <summary>A cut does not lower the stored synced LSN.</summary>
    SyncedLsnNotLowered,

    /// <summary>The shard's state is never written again after its creation, and reported written.</summary>
    ShardStateStale,

    /// <summary>Renames are done by copying: the old name stays.</summary>
    RenamesKeepTheOldName,

    /// <summary>The last sector of a long write is dropped.</summary>
    WritesCutShort,

    /// <summary>Hints say another thing than their segment does, under a good checksum.</summary>
    HintsWrong,

    /// <summary>Every process takes itself for the first one after a boot: doubtful pages are believed.</summary>
    BootIdOfEveryProcess,

    /// <summary>An intent to cut is not made durable before files change.</summary>
    CutIntentNotSynced,

    /// <summary>Every failed sync is reported as done.</summary>
    FailedSyncsSwallowed,

    /// <summary>Merged values are not synced before the manifest names their file.</summary>
    DataFileSyncsDropped,

    /// <summary>Sources of a merge are given up although the manifest was not replaced.</summary>
    ManifestNotReplaced,
}

/// <summary>A file layer that does less than it says.</summary>
internal sealed class LyingFileLayer(SimulatedFileLayer files, DiskLie lie) : IFileLayer
{
    private IDataFile? _owed;
    private long _synced = -1;

    public IDataFile Open(string path, FileOpening opening)
    {
        Pay();
        return new Handle(this, files.Open(path, opening));
    }

    public bool FileExists(string path) => files.FileExists(path);

    public bool FolderExists(string path) => files.FolderExists(path);

    public void CreateFolder(string path) => files.CreateFolder(path);

    public IReadOnlyList<string> ListFiles(string folder) => files.ListFiles(folder);

    public void Rename(string from, string to)
    {
        Pay();
        if (lie == DiskLie.ManifestNotReplaced && to.EndsWith(ShardManifestFile.FileName, StringComparison.Ordinal) && files.FileExists(to))
            return;
        if (lie != DiskLie.RenamesKeepTheOldName || !from.EndsWith(".open", StringComparison.Ordinal))
        {
            files.Rename(from, to);
            return;
        }

        var content = files.ReadAll(from);
        files.Rename(from, to);
        using var copy = files.Open(from, FileOpening.Replace);
        copy.Write(0, content);
    }

    public void Delete(string path)
    {
        Pay();
        if (lie != DiskLie.DeletionsDropped || !path.Contains("/wal-", StringComparison.Ordinal))
            files.Delete(path);
    }

    public void DeleteFolder(string path) => files.DeleteFolder(path);

    public void SyncFolder(string folder)
    {
        Pay();
        if (lie == DiskLie.FolderSyncsDropped)
            return;
        try
        {
            files.SyncFolder(folder);
        }
        catch (StorageFailedException) when (lie == DiskLie.FailedSyncsSwallowed)
        {
            // As if it had been done.
        }
    }

    public long FreeBytes(string folder) => files.FreeBytes(folder);

    /// <summary>The sync that was reported before.</summary>
    private void Pay()
    {
        var owed = _owed;
        _owed = null;
        owed?.Sync();
    }

    private sealed class Handle(LyingFileLayer layer, IDataFile file) : IDataFile
    {
        private readonly DiskLie _lie = layer.Lie;

        public string Path => file.Path;

        public long Length => file.Length;

        private bool IsState => Path.EndsWith(ShardStateFile.FileName, StringComparison.Ordinal);

        private bool IsSegment => Path.EndsWith(".open", StringComparison.Ordinal) || Path.EndsWith(".seg", StringComparison.Ordinal);

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            layer.Pay();
            if (IsState && source.Length == ShardState.Bytes && !MayBeStored(source))
                return;
            if (_lie == DiskLie.WritesCutShort && source.Length > 600)
                source = source[..^512];
            file.Write(offset, source);
            // The header is written last.
            if (_lie == DiskLie.HintsWrong && Path.Contains(".hint", StringComparison.Ordinal) && offset == 0)
                HintForger.Forge(file);
        }

        public unsafe void Write(long offset, ReadOnlySpan<IoRange> source)
        {
            foreach (var range in source)
            {
                Write(offset, new ReadOnlySpan<byte>((void*)range.Address, range.Length));
                offset += range.Length;
            }
        }

        public void Sync()
        {
            layer.Pay();
            switch (_lie)
            {
                case DiskLie.SegmentSyncsDropped when IsSegment:
                case DiskLie.StateFilesNotSyncedBeforeTheirRename when Path.EndsWith(".tmp", StringComparison.Ordinal):
                case DiskLie.DataFileSyncsDropped when Path.Contains("/data-", StringComparison.Ordinal):
                case DiskLie.CutIntentNotSynced when Path.Contains(CutIntent.FileName, StringComparison.Ordinal):
                    return;
                case DiskLie.SyncsReportedTooEarly:
                    layer._owed = file;
                    return;
            }

            try
            {
                file.Sync();
            }
            catch (StorageFailedException) when (_lie == DiskLie.FailedSyncsSwallowed)
            {
                // As if it had been done.
            }
        }

        public void Truncate(long length)
        {
            layer.Pay();
            if (_lie != DiskLie.TruncationsDropped)
                file.Truncate(length);
        }

        public void Allocate(long length) => file.Allocate(length);

        public void Dispose() => file.Dispose();

        private bool MayBeStored(ReadOnlySpan<byte> source)
        {
            if (_lie == DiskLie.ShardStateStale)
                return false;
            if (_lie != DiskLie.SyncedLsnNotLowered || !ShardState.TryRead(source, out var state, out _))
                return true;
            var lowers = state.Synced.Value < layer._synced;
            layer._synced = Math.Max(layer._synced, state.Synced.Value);
            return !lowers;
        }
    }

    private DiskLie Lie => lie;
}

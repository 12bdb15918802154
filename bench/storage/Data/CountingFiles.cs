using Cluster.Storage.Files;

namespace Cluster.Bench.Storage.Data;

/// <summary>The real files, with counts of what was asked of segment files.</summary>
internal sealed class CountingFiles : IFileLayer
{
    private readonly PosixFileLayer _files = new();

    /// <summary>Syncs of files that hold records.</summary>
    public long Syncs;

    public long Reads;

    public IDataFile Open(string path, FileOpening opening)
    {
        var file = _files.Open(path, opening);
        return path.EndsWith(".seg", StringComparison.Ordinal) || path.Contains("wal-", StringComparison.Ordinal) ? new Counted(file, this) : file;
    }

    public bool FileExists(string path) => _files.FileExists(path);

    public bool FolderExists(string path) => _files.FolderExists(path);

    public void CreateFolder(string path) => _files.CreateFolder(path);

    public IReadOnlyList<string> ListFiles(string folder) => _files.ListFiles(folder);

    public void Rename(string from, string to) => _files.Rename(from, to);

    public void Delete(string path) => _files.Delete(path);

    public void DeleteFolder(string path) => _files.DeleteFolder(path);

    public void SyncFolder(string folder) => _files.SyncFolder(folder);

    public long FreeBytes(string folder) => _files.FreeBytes(folder);

    private sealed class Counted(IDataFile file, CountingFiles counts) : IDataFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination)
        {
            Interlocked.Increment(ref counts.Reads);
            return file.Read(offset, destination);
        }

        public void Write(long offset, ReadOnlySpan<byte> source) => file.Write(offset, source);

        public void Write(long offset, ReadOnlySpan<IoRange> source) => file.Write(offset, source);

        public void Sync()
        {
            Interlocked.Increment(ref counts.Syncs);
            file.Sync();
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Allocate(long length) => file.Allocate(length);

        public void Dispose() => file.Dispose();
    }
}

using Cluster.Storage;
using Cluster.Storage.Files;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Real files whose syncs fail on demand.</summary>
internal sealed class FaultyFiles : IFileLayer
{
    private readonly PosixFileLayer _real = new();

    public volatile bool SyncsFail;

    public IDataFile Open(string path, FileOpening opening) => new FaultyFile(this, _real.Open(path, opening));

    public bool FileExists(string path) => _real.FileExists(path);

    public bool FolderExists(string path) => _real.FolderExists(path);

    public void CreateFolder(string path) => _real.CreateFolder(path);

    public IReadOnlyList<string> ListFiles(string folder) => _real.ListFiles(folder);

    public void Rename(string from, string to) => _real.Rename(from, to);

    public void Delete(string path) => _real.Delete(path);

    public void DeleteFolder(string path) => _real.DeleteFolder(path);

    public void SyncFolder(string folder) => _real.SyncFolder(folder);

    public long FreeBytes(string folder) => _real.FreeBytes(folder);

    private sealed class FaultyFile(FaultyFiles layer, IDataFile real) : IDataFile
    {
        public string Path => real.Path;

        public long Length => real.Length;

        public int Read(long offset, Span<byte> destination) => real.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => real.Write(offset, source);

        public void Write(long offset, ReadOnlySpan<IoRange> source) => real.Write(offset, source);

        public void Sync()
        {
            if (layer.SyncsFail) throw new StorageFailedException(StorageFailure.Io, "sync", Path, 5);
            real.Sync();
        }

        public void Truncate(long length) => real.Truncate(length);

        public void Allocate(long length) => real.Allocate(length);

        public void Dispose() => real.Dispose();
    }
}

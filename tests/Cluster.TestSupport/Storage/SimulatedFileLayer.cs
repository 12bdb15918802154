using Cluster.Storage;
using Cluster.Storage.Files;

namespace Cluster.TestSupport.Storage;

/// <summary>What a simulated call is about to do; a fault rule decides whether it fails.</summary>
public readonly record struct FileOperation(string Name, string Path);

/// <summary>
/// A file system in memory that keeps apart what was written and what was synced. <see cref="AfterPowerLoss"/> gives the disk as the
/// next boot finds it: un-synced sectors, lengths and names kept, lost, torn or reordered by a seeded choice. Single-threaded.
/// </summary>
public sealed class SimulatedFileLayer : IFileLayer
{
    private readonly SimulatedFolder _root;
    private bool _halted;

    public SimulatedFileLayer()
        : this(new SimulatedFolder())
    {
    }

    private SimulatedFileLayer(SimulatedFolder root) => _root = root;

    /// <summary>Asked before every call that changes or reads something: an exception to throw, or null.</summary>
    public Func<FileOperation, Exception?>? Fault { get; set; }

    /// <summary>A write of more than what is left writes a part of it, then fails with "no space".</summary>
    public long FreeSpace { get; set; } = long.MaxValue;

    /// <summary>Changing calls until the machine crashes in the middle of one; negative: never.</summary>
    public int CrashAfter { get; set; } = -1;

    /// <summary>Changing calls so far.</summary>
    public int OperationCount { get; private set; }

    /// <summary>How many of them were syncs of files.</summary>
    public int SyncCount { get; private set; }

    public bool IsHalted => _halted;

    /// <summary>The machine stops: every later call throws <see cref="SimulatedCrashException"/>.</summary>
    public void Halt() => _halted = true;

    /// <summary>The disk after the loss of the page cache.</summary>
    public SimulatedFileLayer AfterPowerLoss(Random random) => AfterPowerLoss(random, new CrashReport());

    /// <summary>The same, and what was lost is counted.</summary>
    public SimulatedFileLayer AfterPowerLoss(Random random, CrashReport report) => new(_root.AfterCrash(random, report));

    /// <summary>A disk of its own that looks the same; cheap, for the bytes are shared until one of the two changes them.</summary>
    public SimulatedFileLayer Fork() => new(_root.Fork());

    /// <summary>The disk and the page cache after the death of the process alone. The old instance must not be used any more.</summary>
    public SimulatedFileLayer AfterProcessDeath()
    {
        Halt();
        return new SimulatedFileLayer(_root);
    }

    /// <summary>Flips one bit on the medium.</summary>
    public void FlipBit(string path, long bit) => FileAt(path).FlipBit(bit);

    /// <summary>The content that reads see.</summary>
    public byte[] ReadAll(string path) => FileAt(path).Seen.ToArray();

    public IDataFile Open(string path, FileOpening opening)
    {
        var creates = opening is FileOpening.Create or FileOpening.Replace;
        Enter(creates ? "create" : "open", path, creates);
        var folder = FolderOf(path, out var name);
        var file = folder.Find(name) as SimulatedFile;
        if (file is null && !creates)
            throw new StorageFailedException(StorageFailure.Io, "open", path, 2);
        if (file is not null && opening == FileOpening.Create)
            throw new StorageFailedException(StorageFailure.Io, "open", path, 17);
        if (file is null)
            folder.Put(name, file = new SimulatedFile());
        else if (opening == FileOpening.Replace)
            file.SetLength(0);
        return new Handle(this, file, path);
    }

    public bool FileExists(string path) => FolderOf(path, out var name).Find(name) is SimulatedFile;

    public bool FolderExists(string path) => path is "/" or "" || FolderOf(path, out var name).Find(name) is SimulatedFolder;

    public long FileLength(string path) => FileAt(path).Length;

    public void CreateFolder(string path)
    {
        Enter("create folder", path, true);
        var folder = FolderOf(path, out var name);
        if (folder.Find(name) is null)
            folder.Put(name, new SimulatedFolder());
    }

    public IReadOnlyList<string> ListFiles(string folder)
    {
        Enter("list", folder, false);
        return [.. FolderAt(folder).Entries.Where(entry => entry.Value is SimulatedFile).Select(entry => entry.Key)];
    }

    /// <summary>Names of the folders in a folder; not a call of Storage, and so never refused.</summary>
    public IReadOnlyList<string> ListFolders(string folder) => [.. FolderAt(folder).Entries.Where(entry => entry.Value is SimulatedFolder).Select(entry => entry.Key)];

    public void Rename(string from, string to)
    {
        Enter("rename", from, true);
        var folder = FolderOf(from, out var oldName);
        if (FolderOf(to, out var newName) != folder)
            throw new NotSupportedException("renames stay within a folder");
        if (folder.Find(oldName) is null)
            throw new StorageFailedException(StorageFailure.Io, "rename", from, 2);
        folder.Rename(oldName, newName);
    }

    public void Delete(string path)
    {
        Enter("delete", path, true);
        var folder = FolderOf(path, out var name);
        if (folder.Find(name) is not null)
            folder.Remove(name);
    }

    public void DeleteFolder(string path) => Delete(path);

    public void SyncFolder(string folder)
    {
        Enter("sync folder", folder, true);
        FolderAt(folder).Sync();
    }

    public long FreeBytes(string folder) => FreeSpace;

    private SimulatedFile FileAt(string path) => (SimulatedFile)FolderOf(path, out var name).Find(name)!;

    private SimulatedFolder FolderOf(string path, out string name)
    {
        name = Path.GetFileName(path);
        return FolderAt(Path.GetDirectoryName(path) ?? "/");
    }

    private SimulatedFolder FolderAt(string path)
    {
        var at = _root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = at.Find(part) as SimulatedFolder ?? throw new StorageFailedException(StorageFailure.Io, "open folder", path, 2);
        return at;
    }

    private void Enter(string operation, string path, bool changes)
    {
        if (_halted)
            throw new SimulatedCrashException(operation);
        if (changes)
        {
            OperationCount++;
            if (CrashAfter >= 0 && CrashAfter-- == 0)
            {
                Halt();
                throw new SimulatedCrashException(operation);
            }
        }

        if (Fault?.Invoke(new FileOperation(operation, path)) is { } fault)
            throw fault;
    }

    private sealed class Handle(SimulatedFileLayer layer, SimulatedFile file, string path) : IDataFile
    {
        public string Path => path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination)
        {
            layer.Enter("read", path, false);
            return file.Read(offset, destination);
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            var alive = !layer.IsHalted;
            try
            {
                layer.Enter("write", path, true);
            }
            catch (Exception error) when (error is StorageFailedException || alive)
            {
                // The machine may stop anywhere in the middle of a write, and a write that fails may have written any part.
                file.Write(offset, source[..(source.Length / 2)]);
                throw;
            }

            var growth = Math.Max(0, offset + source.Length - file.Length);
            if (growth > layer.FreeSpace)
            {
                file.Write(offset, source[..(int)Math.Max(0, source.Length - growth + layer.FreeSpace)]);
                layer.FreeSpace = 0;
                throw new StorageFailedException(StorageFailure.NoSpace, "write", path, 28);
            }

            if (layer.FreeSpace != long.MaxValue)
                layer.FreeSpace -= growth;
            file.Write(offset, source);
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
            try
            {
                layer.Enter("sync", path, true);
            }
            catch (StorageFailedException)
            {
                file.LoseDirty();
                throw;
            }

            layer.SyncCount++;
            file.Sync();
        }

        public void Truncate(long length)
        {
            layer.Enter("truncate", path, true);
            if (layer.FreeSpace != long.MaxValue)
                layer.FreeSpace += Math.Max(0, file.Length - length);
            file.SetLength(length);
        }

        public void Allocate(long length)
        {
            layer.Enter("allocate", path, true);
            var growth = length - file.Length;
            if (growth <= 0)
                return;
            if (growth > layer.FreeSpace)
                throw new StorageFailedException(StorageFailure.NoSpace, "allocate", path, 28);
            if (layer.FreeSpace != long.MaxValue)
                layer.FreeSpace -= growth;
            file.SetLength(length);
        }

        public void Dispose()
        {
        }
    }
}

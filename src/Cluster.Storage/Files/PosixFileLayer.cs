using System.Runtime.InteropServices;

namespace Cluster.Storage.Files;

/// <summary>The file system of the operating system.</summary>
public sealed class PosixFileLayer : IFileLayer
{
    public static Guid ReadBootId()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) && Guid.TryParse(File.ReadAllText(Path).AsSpan().Trim(), out var id) ? id : Guid.Empty;
    }

    public IDataFile Open(string path, FileOpening opening) => Run("open", path, () =>
    {
        var mode = opening switch
        {
            FileOpening.Create => FileMode.CreateNew,
            FileOpening.Replace => FileMode.Create,
            _ => FileMode.Open,
        };
        var access = opening == FileOpening.Read ? FileAccess.Read : FileAccess.ReadWrite;
        return new PosixDataFile(File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete), path);
    });

    public bool FileExists(string path) => File.Exists(path);

    public bool FolderExists(string path) => Directory.Exists(path);

    public void CreateFolder(string path) => Run("create folder", path, () => Directory.CreateDirectory(path));

    public IReadOnlyList<string> ListFiles(string folder) => Run("list", folder, () =>
    {
        var names = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder))
            names.Add(Path.GetFileName(path));
        return names;
    });

    public void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0)
            throw Libc.LastError("rename", from);
    }

    public void Delete(string path) => Run("delete", path, () =>
    {
        File.Delete(path);
        return 0;
    });

    public void DeleteFolder(string path) => Run("delete folder", path, () =>
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return 0;
    });

    public void SyncFolder(string folder)
    {
        var descriptor = Libc.Open(folder, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC);
        if (descriptor < 0)
            throw Libc.LastError("open folder", folder);
        try
        {
            while (Libc.Sync(descriptor) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                    throw Libc.LastError("sync folder", folder);
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public long FreeBytes(string folder) => Run("query", folder, () => new DriveInfo(folder).AvailableFreeSpace);

    // Rare calls only: .NET's exceptions become the one type that callers know.
    private static T Run<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StorageFailedException(StorageFailure.NotWritable, operation, path, 0, error);
        }
        catch (IOException error)
        {
            // On Unix the HResult of an IOException that has no class of its own is the error number.
            var errno = error.HResult is > 0 and < 4096 ? error.HResult : 0;
            var failure = errno is Libc.ENOSPC or Libc.EDQUOT ? StorageFailure.NoSpace
                : errno == Libc.EROFS ? StorageFailure.NotWritable
                : StorageFailure.Io;
            throw new StorageFailedException(failure, operation, path, errno, error);
        }
    }
}

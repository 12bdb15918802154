using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Storage.Files;

/// <summary>The file system of the operating system.</summary>
public sealed class PosixFileLayer : IFileLayer
{
    public static Guid ReadBootId()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) && Guid.TryParse(File.ReadAllText(Path).AsSpan().Trim(), out var id) ? id : Guid.Empty;
    }

    public IDataFile Open(string path, FileOpening opening)
    {
        const int Mode = 0x1B6; // rw-rw-rw-, less the process's mask
        var flags = Libc.O_CLOEXEC | opening switch
        {
            FileOpening.Read => Libc.O_RDONLY,
            FileOpening.Write => Libc.O_RDWR,
            FileOpening.Create => Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL,
            _ => Libc.O_RDWR | Libc.O_CREAT | Libc.O_TRUNC,
        };
        while (true)
        {
            var descriptor = Libc.Open(path, flags, Mode);
            if (descriptor >= 0)
                return new PosixDataFile(new SafeFileHandle(descriptor, ownsHandle: true), path);
            if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                throw Libc.LastError("open", path);
        }
    }

    public bool FileExists(string path) => Find(path) is { } found && !found.HasFlag(FileAttributes.Directory);

    public bool FolderExists(string path) => Find(path)?.HasFlag(FileAttributes.Directory) == true;

    public long FileLength(string path) => Run("measure", path, () => new FileInfo(path).Length);

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
                    throw Libc.LastError(StorageFailedException.SyncFolderOperation, folder);
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public long FreeBytes(string folder) => Run("query", folder, () => new DriveInfo(folder).AvailableFreeSpace);

    /// <summary>Null if it is not there. What cannot be told is an error: a file that cannot be seen must not pass for a missing one.</summary>
    private static FileAttributes? Find(string path)
    {
        try
        {
            return Run("look up", path, () => File.GetAttributes(path));
        }
        catch (StorageFailedException error) when (error.Failure == StorageFailure.Missing)
        {
            return null;
        }
    }

    // Rare calls only: .NET's exceptions become the one type that callers know.
    internal static T Run<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Libc.Error(operation, path, NumberOf(error), error);
        }
    }

    /// <summary>.NET keeps the system's error number in the HResult of an IOException, unless it has a class of its own for it.</summary>
    internal static int NumberOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => Libc.ENOENT,
        PathTooLongException => Libc.ENAMETOOLONG,
        UnauthorizedAccessException => error.InnerException is IOException inner ? NumberOf(inner) : Libc.EACCES,
        _ => error.HResult is > 0 and < 4096 ? error.HResult : 0,
    };
}

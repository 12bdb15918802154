using System.Globalization;
using Cluster.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Storage.State;

/// <summary>
/// Keeps a data folder for one process: an exclusive lock on <c>node.lock</c>, which the kernel drops however the process ends, and the
/// process id in <c>node.pid</c> for people and scripts. The lock is not on the pid file, so that others can read that one.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    public const string LockFileName = "node.lock";
    public const string PidFileName = "node.pid";

    private readonly SafeFileHandle _handle;
    private readonly string _pidPath;

    private DataFolderLock(SafeFileHandle handle, string pidPath)
    {
        _handle = handle;
        _pidPath = pidPath;
    }

    /// <summary>Creates the folder if needed. Throws <see cref="DataFolderInUseException"/> if another process has it.</summary>
    public static DataFolderLock Acquire(string folder)
    {
        var pidPath = Path.Combine(folder, PidFileName);
        SafeFileHandle? handle = null;
        try
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, LockFileName);
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

            // .NET takes the same lock unless an environment variable forbids it; taking it twice is one lock.
            if (Libc.Lock(handle, Libc.LOCK_EX | Libc.LOCK_NB) != 0)
                throw new DataFolderInUseException(folder, ReadPid(pidPath));
            File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return new DataFolderLock(handle, pidPath);
        }
        catch (IOException error) when (IsSharingViolation(error))
        {
            throw new DataFolderInUseException(folder, ReadPid(pidPath));
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw Libc.Error("lock", folder, PosixFileLayer.NumberOf(error), error);
            throw;
        }
    }

    public void Dispose()
    {
        if (_handle.IsClosed)
            return;
        try
        {
            File.Delete(_pidPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A stale pid file misleads nobody who also looks at the lock.
        }

        _handle.Dispose();
    }

    // What .NET reports when flock answers EWOULDBLOCK.
    private static bool IsSharingViolation(IOException error) =>
        error.HResult == Libc.EAGAIN || error.HResult == unchecked((int)0x80070020);

    private static int ReadPid(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}

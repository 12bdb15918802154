using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Storage.Files;

/// <summary>
/// The system calls that .NET does not offer, or offers without their error: fdatasync above all. Linux, 64 bit.
/// Each sets the error number that <see cref="Marshal.GetLastPInvokeError"/> returns.
/// </summary>
internal static partial class Libc
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int ENOTDIR = 20;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int ENAMETOOLONG = 36;
    public const int ELOOP = 40;
    public const int EOPNOTSUPP = 95;
    public const int EDQUOT = 122;

    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;

    public const int O_RDONLY = 0;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_TRUNC = 0x200;
    public const int O_DIRECTORY = 0x10000;
    public const int O_CLOEXEC = 0x80000;

    public const int POSIX_FADV_WILLNEED = 3;

    /// <summary>Upper bound of the ranges of one vectored write.</summary>
    public const int IOV_MAX = 1024;

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public nint Base;
        public nint Length;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static unsafe partial nint Write(SafeFileHandle file, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwritev", SetLastError = true)]
    public static unsafe partial nint WriteVector(SafeFileHandle file, IoVector* ranges, int count, long offset);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static unsafe partial nint Read(SafeFileHandle file, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    /// <summary>Returns the error number instead of setting it.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    public const int CLOCK_BOOTTIME = 7;

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>A reading of memory that the kernel shares, some tens of nanoseconds: no transition of the garbage collector.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    public static partial int ClockGetTime(int clock, out TimeSpec time);

    /// <summary>The typed form of the error that the last call set.</summary>
    public static StorageFailedException LastError(string operation, string path) =>
        Error(operation, path, Marshal.GetLastPInvokeError());

    public static StorageFailedException Error(string operation, string path, int errno, Exception? inner = null) =>
        new(KindOf(errno), operation, path, errno, inner);

    private static StorageFailure KindOf(int errno) => errno switch
    {
        ENOSPC or EDQUOT => StorageFailure.NoSpace,
        EROFS or EACCES or EPERM => StorageFailure.NotWritable,
        EMFILE or ENFILE => StorageFailure.TooManyFiles,
        ENOENT or ENOTDIR => StorageFailure.Missing,
        ENAMETOOLONG or ELOOP => StorageFailure.BadPath,
        _ => StorageFailure.Io,
    };
}

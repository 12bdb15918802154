using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Storage.Files;

/// <summary>A file of the operating system. A call that a signal interrupted is repeated; no other error ever is.</summary>
internal sealed unsafe class PosixDataFile(SafeFileHandle handle, string path) : IDataFile
{
    public string Path => path;

    public long Length => PosixFileLayer.Run("measure", path, () => RandomAccess.GetLength(handle));

    public int Read(long offset, Span<byte> destination)
    {
        var done = 0;
        fixed (byte* target = destination)
        {
            while (done < destination.Length)
            {
                var count = Libc.Read(handle, target + done, destination.Length - done, offset + done);
                if (count == 0)
                    break;
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                    throw Libc.LastError("read", path);
                done += (int)Math.Max(count, 0);
            }
        }

        return done;
    }

    public void Prefetch(long offset, long length)
    {
        if (length > 0)
            _ = Libc.Advise(handle, offset, length, Libc.POSIX_FADV_WILLNEED);
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        fixed (byte* start = source)
            WriteAll(offset, start, source.Length);
        DiskCounters.CountWritten(source.Length);
    }

    public void Write(long offset, ReadOnlySpan<IoRange> source)
    {
        var vectors = stackalloc Libc.IoVector[Math.Min(source.Length, Libc.IOV_MAX)];
        while (source.Length > 0)
        {
            var batch = source[..Math.Min(source.Length, Libc.IOV_MAX)];
            long length = 0;
            for (var i = 0; i < batch.Length; i++)
            {
                vectors[i] = new Libc.IoVector { Base = batch[i].Address, Length = batch[i].Length };
                length += batch[i].Length;
            }

            var written = Libc.WriteVector(handle, vectors, batch.Length, offset);
            if (written < 0)
            {
                if (Marshal.GetLastPInvokeError() == Libc.EINTR)
                    continue;
                throw Libc.LastError("write", path);
            }

            if (written < length)
                WriteRest(offset, batch, written);
            DiskCounters.CountWritten(length);
            offset += length;
            source = source[batch.Length..];
        }
    }

    public void Sync()
    {
        while (Libc.DataSync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                throw Libc.LastError(StorageFailedException.SyncOperation, path);
        }

        DiskCounters.CountSync();
    }

    public void Truncate(long length)
    {
        while (Libc.Truncate(handle, length) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                throw Libc.LastError("truncate", path);
        }
    }

    public void Allocate(long length)
    {
        while (Libc.Allocate(handle, 0, 0, length) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.EINTR)
                continue;
            if (error != Libc.EOPNOTSUPP)
                throw Libc.Error("allocate", path, error);
            Truncate(Math.Max(length, Length));
            return;
        }
    }

    public void Dispose() => handle.Dispose();

    private void WriteRest(long offset, ReadOnlySpan<IoRange> ranges, long written)
    {
        foreach (var range in ranges)
        {
            if (written < range.Length)
                WriteAll(offset + written, (byte*)range.Address + written, (int)(range.Length - written));
            written = Math.Max(0, written - range.Length);
            offset += range.Length;
        }
    }

    private void WriteAll(long offset, byte* start, int length)
    {
        var done = 0;
        while (done < length)
        {
            var count = Libc.Write(handle, start + done, length - done, offset + done);
            if (count == 0)
                throw new StorageFailedException(StorageFailure.ShortWrite, "write", path);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                throw Libc.LastError("write", path);
            done += (int)Math.Max(count, 0);
        }
    }
}

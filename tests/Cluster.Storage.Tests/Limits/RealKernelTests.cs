using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Repair;
using Cluster.Storage.State;
using Xunit;

namespace Cluster.Storage.Tests.Limits;

/// <summary>Full and read-only file systems, and paths that cannot be, as a real kernel reports them.</summary>
public sealed class RealKernelTests
{
    private const int ValueBytes = 8000;

    [MountFact]
    public void A_disk_that_fills_up_harms_what_was_accepted_before_clients_are_refused()
    {
        using var disk = new SmallFileSystem(24 << 20);
        var live = new LiveStore(disk.Folder, new SpaceLimits { LowBytes = 6 << 20, HighBytes = 9 << 20, ReserveBytes = 2 << 20 });
        disk.Fill(leave: 10 << 20);
        var accepted = 0;
        while (true)
        {
            var result = live.Put(accepted, ValueBytes);
            if (result.Refusal == AppendRefusal.DiskFull)
                break;
            Assert.True(result.Appended && accepted < 2000, $"{result.Refusal} after {accepted}");
            accepted++;
            // Slower than the measurement, which comes once a second: the low mark covers what a second brings.
            if (accepted % 10 == 0)
                live.FlushAll();
            if (accepted == 600)
                live.Await(() => live.Store.Log.Shortage is not null, "the low mark");
        }

        live.FlushAll();
        Assert.Equal((0, null, null), (live.Stalls, live.Failure, live.StalledBy));
        live.Store.AppendNoOp(new Term(1), 0);
        live.FlushAll();
        live.AssertHas(0, ValueBytes);
        live.AssertHas(accepted - 1, ValueBytes);

        disk.Empty();
        live.Await(() => live.Recoveries == 1, "space to be found again");
        Assert.True(live.Put(accepted++, ValueBytes).Appended);
        Assert.Null(live.Close());
        live.Reopen();
        live.AssertHas(accepted - 1, ValueBytes);
        Assert.Null(live.Close());
        live.Dispose();
    }

    [MountFact]
    public void What_was_accepted_on_a_full_disk_is_lost_or_needs_a_restart()
    {
        using var disk = new SmallFileSystem(4 << 20);
        var live = new LiveStore(disk.Folder);
        Assert.True(live.Put(0, ValueBytes).Appended);
        live.FlushAll();
        disk.Fill();
        var accepted = 1;
        for (; accepted < 200; accepted++)
            Assert.True(live.Put(accepted, ValueBytes).Appended);
        live.Store.RequestFlush();
        live.Await(() => live.StalledBy is not null, "the stall");
        var stall = Assert.IsType<StorageFailedException>(live.StalledBy);
        Assert.Equal((StorageFailure.NoSpace, 28), (stall.Failure, stall.Errno));
        Assert.Equal(AppendRefusal.DiskFull, live.Put(accepted, ValueBytes).Refusal);
        live.AssertHas(0, ValueBytes);

        disk.Empty();
        live.Await(() => live.StalledBy is null, "the end of the stall");
        live.FlushAll();
        Assert.Null(live.Failure);
        Assert.Null(live.Close());
        live.Reopen();
        for (var i = 0; i < accepted; i += 9)
            live.AssertHas(i, ValueBytes);
        Assert.Null(live.Close());
        live.Dispose();
    }

    [MountFact]
    public void A_cut_on_a_really_full_disk_poisons()
    {
        using var disk = new SmallFileSystem(4 << 20);
        var live = new LiveStore(disk.Folder);
        for (var i = 0; i < 60; i++)
            Assert.True(live.Put(i, ValueBytes).Appended);
        live.FlushAll();
        disk.Fill();
        var done = false;
        Exception? error = new InvalidOperationException("not called");
        live.Store.CutAfter(new Lsn(20), result =>
        {
            error = result;
            Volatile.Write(ref done, true);
        });
        live.Await(() => live.StalledBy is not null || Volatile.Read(ref done), "the cut to wait or end");
        disk.Empty();
        live.Await(() => live.StalledBy is null && Volatile.Read(ref done), "the cut");
        Assert.Null(error);
        Assert.Null(live.Failure);
        Assert.Equal(new Lsn(20), live.Store.LastLsn);
        Assert.True(live.Put(100, ValueBytes).Appended);
        live.FlushAll();
        Assert.Null(live.Close());
        live.Reopen();
        Assert.Equal(new Lsn(21), live.Store.LastLsn);
        live.AssertHas(100, ValueBytes);
        Assert.False(live.Store.Find(LiveStore.Key(20)).Found);
        Assert.Null(live.Close());
        live.Dispose();
    }

    [MountFact]
    public void A_read_only_file_system_is_opened_changed_or_taken_for_an_empty_one()
    {
        using var disk = new SmallFileSystem(8 << 20);
        using var live = new LiveStore(disk.Folder);
        for (var i = 0; i < 50; i++)
            Assert.True(live.Put(i, ValueBytes).Appended);
        live.FlushAll();
        Assert.Null(live.Close());
        disk.MakeReadOnly();
        var error = Assert.Throws<StorageFailedException>(live.Reopen);
        Assert.Equal((StorageFailure.NotWritable, 30), (error.Failure, error.Errno));
        Assert.Equal(StorageFailure.NotWritable, Assert.Throws<StorageFailedException>(() => DataFolderLock.Acquire(disk.Folder)).Failure);
        Assert.Equal(StorageFailure.NotWritable, Assert.Throws<StorageFailedException>(() => NodeStateFile.Open(disk.Folder, live.Environment, Guid.NewGuid())).Failure);
        using (var guard = SpaceGuard.Open(disk.Folder, new SpaceLimits { LowBytes = 0, HighBytes = 0, ReserveBytes = 1 << 20 }, live.Environment))
            Assert.Equal(0, guard.ReserveHeld);

        // To look at it is possible.
        var found = LogVerifier.Verify(new PosixFileLayer(), Path.Combine(disk.Folder, "shard-0000"));
        Assert.Equal((true, new Lsn(50)), (found.Opens, found.Last));

        disk.MakeWritable();
        live.Reopen();
        live.AssertHas(49, ValueBytes);
        Assert.Null(live.Close());
    }

    [Fact]
    public void Records_are_acknowledged_into_a_deleted_folder()
    {
        var folder = Directory.CreateTempSubdirectory("cluster-gone-").FullName;
        using var live = new LiveStore(folder);
        Assert.True(live.Put(0, ValueBytes).Appended);
        live.FlushAll();
        Directory.Delete(folder, recursive: true);
        for (var i = 1; live.Failure is null; i++)
        {
            Assert.True(i < 2000, "the deletion was not noticed");
            if (!live.Put(i, 100).Appended)
                break;
            var last = live.Store.LastLsn;
            live.Store.RequestFlush();
            live.Await(() => live.Store.FlushedLsn >= last || live.Failure is not null, "a flush or the failure");
            if (i > 20)
                live.Await(() => live.Failure is not null, "the deletion to be noticed");
        }

        Assert.Equal(StorageFailure.Missing, Assert.IsType<StorageFailedException>(live.Failure).Failure);
        live.Close();
    }

    [Fact]
    public void A_name_that_is_too_long_passes_for_a_missing_file()
    {
        var files = new PosixFileLayer();
        var path = "/tmp/" + new string('x', 300) + "/node.state";
        Assert.Equal(StorageFailure.BadPath, Assert.Throws<StorageFailedException>(() => files.FileExists(path)).Failure);
        Assert.Equal(StorageFailure.BadPath, Assert.Throws<StorageFailedException>(() => files.FolderExists(Path.GetDirectoryName(path)!)).Failure);
        Assert.Equal(StorageFailure.BadPath, Assert.Throws<StorageFailedException>(() => files.Open(path, FileOpening.Create)).Failure);
        var error = Assert.Throws<StorageFailedException>(() => new LiveStore(Path.GetDirectoryName(path)!));
        Assert.Equal((StorageFailure.BadPath, 36), (error.Failure, error.Errno));
        Assert.False(files.FileExists("/tmp/" + Guid.NewGuid() + "/node.state"));
        Assert.Equal(StorageFailure.Missing, Assert.Throws<StorageFailedException>(() => files.Open("/tmp/" + Guid.NewGuid(), FileOpening.Read)).Failure);
    }

    [Fact]
    public void An_unreadable_medium_gives_an_untyped_error()
    {
        // Nothing is mapped at the start of a process's memory: the kernel answers EIO.
        using var file = new PosixFileLayer().Open("/proc/self/mem", FileOpening.Read);
        var error = Assert.Throws<StorageFailedException>(() => file.Read(0, new byte[16]));
        Assert.Equal((StorageFailure.Io, 5, "read"), (error.Failure, error.Errno, error.Operation));
        Assert.False(error.MayPass);
    }

    [Theory]
    [InlineData(28, StorageFailure.NoSpace, true)]
    [InlineData(122, StorageFailure.NoSpace, true)]
    [InlineData(30, StorageFailure.NotWritable, true)]
    [InlineData(13, StorageFailure.NotWritable, true)]
    [InlineData(1, StorageFailure.NotWritable, true)]
    [InlineData(24, StorageFailure.TooManyFiles, true)]
    [InlineData(23, StorageFailure.TooManyFiles, true)]
    [InlineData(2, StorageFailure.Missing, false)]
    [InlineData(20, StorageFailure.Missing, false)]
    [InlineData(36, StorageFailure.BadPath, false)]
    [InlineData(5, StorageFailure.Io, false)]
    [InlineData(116, StorageFailure.Io, false)]
    public void An_error_number_is_taken_for_another(int errno, StorageFailure failure, bool mayPass)
    {
        var error = Libc.Error("write", "/some/file", errno);
        Assert.Equal((failure, errno, mayPass), (error.Failure, error.Errno, error.MayPass));
        Assert.StartsWith("write /some/file: ", error.Message, StringComparison.Ordinal);
        Assert.False(Libc.Error("sync", "/some/file", errno).MayPass);
        Assert.False(Libc.Error("sync folder", "/some", errno).MayPass);
    }

    [Fact]
    public void A_live_file_is_mapped_into_memory_where_an_error_of_the_disk_kills_the_process()
    {
        var storage = typeof(ShardStore).Assembly;
        Assert.DoesNotContain(storage.GetReferencedAssemblies(), static name => name.Name == "System.IO.MemoryMappedFiles");
        foreach (var type in storage.GetTypes())
        {
            const System.Reflection.BindingFlags All = System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Instance
                | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
            foreach (var method in type.GetMethods(All))
            {
                var import = (System.Runtime.InteropServices.DllImportAttribute?)Attribute.GetCustomAttribute(method, typeof(System.Runtime.InteropServices.DllImportAttribute));
                Assert.False(import?.EntryPoint?.StartsWith("mmap", StringComparison.Ordinal) == true, $"{type}.{method.Name}");
            }
        }
    }
}

namespace Cluster.Scenarios.Harness;

/// <summary>
/// A disk of its own: an ext4 file system in a file, mounted through a loop device. It can hang (every write and sync waits until it thaws, even in
/// a process that is killed meanwhile) and it can be full.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _image;

    public SmallDisk(string folder, long bytes)
    {
        Folder = folder;
        _image = folder + ".image";
        Directory.CreateDirectory(folder);
        using (var image = File.Create(_image)) image.SetLength(bytes);
        Shell.Run("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", _image);
        Shell.Run("mount", "-o", "loop", _image, folder);
    }

    public string Folder { get; }

    public bool IsFrozen { get; private set; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Null: such disks can be made here.</summary>
    public static string? WhyNot()
    {
        using var folder = new Folder();
        try
        {
            using var disk = new SmallDisk(Path.Combine(folder.Path, "probe"), 4 << 20);
            disk.Freeze();
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return failure.Message;
        }
    }

    public void Freeze()
    {
        Shell.Run("fsfreeze", "-f", Folder);
        IsFrozen = true;
    }

    public void Thaw()
    {
        if (!IsFrozen) return;
        Shell.Run("fsfreeze", "-u", Folder);
        IsFrozen = false;
    }

    /// <summary>Takes all the space that is left, down to these bytes.</summary>
    public void Fill(long leave) =>
        Shell.Run("fallocate", "-l", (new DriveInfo(Folder).AvailableFreeSpace - leave).ToString(), Filler);

    public void Empty() => File.Delete(Filler);

    /// <summary>Nobody uses it any more.</summary>
    public void Dispose()
    {
        Thaw();
        Shell.Try("umount", "-l", Folder);
        File.Delete(_image);
    }
}

using System.Diagnostics;
using Xunit;

namespace Cluster.Storage.Tests.Limits;

/// <summary>Skipped, with the reason, where nothing can be mounted; CLUSTER_TESTS_MUST_NOT_SKIP=1 runs it there as well, so that it fails.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> WhyNot = new(() =>
    {
        try
        {
            new SmallFileSystem(64 << 10).Dispose();
            return null;
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    });

    public MountFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_TESTS_MUST_NOT_SKIP") != "1")
            Skip = WhyNot.Value;
    }
}

/// <summary>A file system of its own in memory, of a few megabytes; really full, really read-only.</summary>
internal sealed class SmallFileSystem : IDisposable
{
    public SmallFileSystem(long bytes)
    {
        Folder = Directory.CreateTempSubdirectory("cluster-small-").FullName;
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", Folder);
        }
        catch
        {
            Directory.Delete(Folder);
            throw;
        }
    }

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Folder);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", Folder);

    /// <summary>Takes all the space that is left, down to that many bytes.</summary>
    public void Fill(long leave = 0)
    {
        using var file = new FileStream(Filler, FileMode.Append);
        var free = new DriveInfo(Folder).AvailableFreeSpace - leave;
        var bytes = new byte[4096];
        try
        {
            for (; free >= bytes.Length; free -= bytes.Length)
                file.Write(bytes);
            file.Flush();
        }
        catch (IOException) when (leave == 0)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said.Trim()}");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException($"{program}: {error.Message}");
        }
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cluster.Storage.Files;

namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// Objects as files of a folder, also of one that is mounted from elsewhere.
/// A put writes a temporary file, syncs it, gives it its name (by rename, or by a hard link if the name must be free), and syncs the folder. What a crash leaves: before the
/// name a file in <c>.tmp</c>, which a later opening deletes when it is a day old; with the name the whole object. If the folder's sync fails the
/// name is taken back, so that the next attempt makes everything anew: nothing that a failed sync may have lost is ever relied upon.
/// Replacing under a condition is decided under a lock of the file system, which holds between the processes of one machine, and between machines as far as the mount passes it on.
/// </summary>
public sealed class FolderObjectStore : IObjectStore
{
    private const string TemporaryFolder = ".tmp";
    private const string LockName = ".lock";
    private const int CopyBytes = 256 << 10;

    /// <summary>Tags are hashes of contents: objects that are replaced are small.</summary>
    private const long TaggedBytesMax = 1 << 20;

    private static readonly TimeSpan TemporaryAgeMax = TimeSpan.FromDays(1);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private readonly PosixFileLayer _files = new();
    private readonly string _root;

    private FolderObjectStore(string root, bool links)
    {
        _root = root;
        Protections = StoreProtections.All with { Creates = links };
    }

    public string Address => $"folder {_root}";

    public StoreProtections Protections { get; }

    /// <summary>Creates the folder if its parent exists. Blocks; throws <see cref="ObjectStoreException"/>.</summary>
    public static FolderObjectStore Open(string root)
    {
        root = Path.GetFullPath(root);
        var files = new PosixFileLayer();
        return Guard("open", root, () =>
        {
            if (!files.FolderExists(Path.GetDirectoryName(root) ?? root))
                throw new ObjectStoreException(ObjectStoreProblem.NotFound, "open", root, "the folder that it is to lie in is not there; is it mounted?");
            files.CreateFolder(root);
            var temporary = Path.Combine(root, TemporaryFolder);
            files.CreateFolder(temporary);
            files.SyncFolder(root);
            foreach (var path in Directory.EnumerateFiles(temporary))
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > TemporaryAgeMax)
                    files.Delete(path);
            }

            // Some file systems have no hard links.
            var probe = Path.Combine(temporary, Guid.NewGuid().ToString("N"));
            using (files.Open(probe, FileOpening.Create))
            {
            }

            var links = FolderLink.Link(probe, probe + ".link") == 0;
            files.Delete(probe + ".link");
            files.Delete(probe);
            return new FolderObjectStore(root, links);
        });
    }

    public Task<PutResult> PutAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation = default)
    {
        ObjectName.Check("put", name);
        if (condition.IsCreate && !Protections.Creates)
            throw new ObjectStoreException(ObjectStoreProblem.Unsupported, "put", name, "this file system has no hard links, so nothing keeps two writers from one name");
        return Task.Run(() => PutGuarded(name, content, condition, cancellation), cancellation);
    }

    public Task<ObjectDownload> OpenAsync(string name, long offset = 0, CancellationToken cancellation = default)
    {
        ObjectName.Check("open", name);
        return Task.Run(
            () => Guard("open", name, () =>
            {
                var stream = new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, CopyBytes);
                if (offset > stream.Length)
                {
                    stream.Dispose();
                    throw new ObjectStoreException(ObjectStoreProblem.Invalid, "open", name, $"offset {offset} is behind its end");
                }

                var tag = stream.Length <= TaggedBytesMax ? TagOf(stream) : null;
                stream.Position = offset;
                return new ObjectDownload(name, stream, stream.Length - offset, tag);
            }),
            cancellation);
    }

    public Task<StoredObject?> FindAsync(string name, CancellationToken cancellation = default)
    {
        ObjectName.Check("find", name);
        return Task.Run(() => Guard("find", name, () => Find(name)), cancellation);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ObjectName.CheckPrefix(prefix);
        var found = await Task.Run(() => Guard("list", prefix, () => List(prefix, cancellation)), cancellation).ConfigureAwait(false);
        foreach (var item in found)
            yield return item;
    }

    public Task DeleteAsync(string name, CancellationToken cancellation = default)
    {
        ObjectName.Check("delete", name);
        return Task.Run(
            () => Guard("delete", name, () =>
            {
                var path = PathOf(name);
                if (!_files.FolderExists(Path.GetDirectoryName(path)!))
                    return 0;
                _files.Delete(path);
                _files.SyncFolder(Path.GetDirectoryName(path)!);
                return 0;
            }),
            cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(string name) => Path.Combine(_root, name);

    private StoredObject? Find(string name)
    {
        var path = PathOf(name);
        if (!_files.FileExists(path))
            return null;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new StoredObject(name, stream.Length, stream.Length <= TaggedBytesMax ? TagOf(stream) : null);
    }

    private static string TagOf(FileStream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    private PutResult PutGuarded(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation) => Guard("put", name, () =>
    {
        var temporary = Path.Combine(_root, TemporaryFolder, Guid.NewGuid().ToString("N"));
        try
        {
            WriteTemporary(temporary, name, content, cancellation);
            CreateFolders(name);
            return condition.Tag is null ? Publish(temporary, name, content, condition) : Replace(temporary, name, content, condition.Tag, cancellation);
        }
        finally
        {
            _files.Delete(temporary);
        }
    });

    private void WriteTemporary(string temporary, string name, ObjectContent content, CancellationToken cancellation)
    {
        using var source = content.Open();
        using var file = _files.Open(temporary, FileOpening.Create);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            long written = 0;
            for (int count; (count = source.Read(buffer)) > 0; written += count)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, count);
                file.Write(written, buffer.AsSpan(0, count));
            }

            if (written != content.Length || !hash.GetHashAndReset().AsSpan().SequenceEqual(content.Sha256.Span))
                throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "put", name, "the content is not what it was announced as");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        file.Sync();
    }

    /// <summary>Each folder's name is durable in its parent before anything lies in it.</summary>
    private void CreateFolders(string name)
    {
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            var folder = Path.Combine(_root, name[..slash]);
            if (_files.FolderExists(folder))
                continue;
            _files.CreateFolder(folder);
            _files.SyncFolder(Path.GetDirectoryName(folder)!);
        }
    }

    private PutResult Publish(string temporary, string name, ObjectContent content, PutCondition condition)
    {
        var path = PathOf(name);
        if (!condition.IsCreate)
        {
            _files.Rename(temporary, path);
        }
        else if (FolderLink.Link(temporary, path) != 0)
        {
            if (Marshal.GetLastPInvokeError() != FolderLink.EEXIST)
                throw Libc.LastError("link", path);
            _files.SyncFolder(Path.GetDirectoryName(path)!);
            return default;
        }

        try
        {
            _files.SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (StorageFailedException)
        {
            _files.Delete(path);
            throw;
        }

        return new PutResult(true, Convert.ToHexStringLower(content.Sha256.Span));
    }

    private PutResult Replace(string temporary, string name, ObjectContent content, string tag, CancellationToken cancellation)
    {
        using var held = Lock(name, cancellation);
        return Find(name) is { Tag: { } current } && current == tag ? Publish(temporary, name, content, PutCondition.None) : default;
    }

    private FileStream Lock(string name, CancellationToken cancellation)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(Path.Combine(_root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException) && Libc.EAGAIN == PosixFileLayer.NumberOf(error) && clock.Elapsed < LockPatience)
            {
                cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10));
            }
            catch (IOException error) when (Libc.EAGAIN == PosixFileLayer.NumberOf(error))
            {
                throw new ObjectStoreException(ObjectStoreProblem.Unavailable, "put", name, "another process holds the store's lock", error);
            }
        }
    }

    private List<StoredObject> List(string prefix, CancellationToken cancellation)
    {
        var found = new List<StoredObject>();
        var slash = prefix.LastIndexOf('/');
        var start = Path.Combine(_root, slash < 0 ? "" : prefix[..slash]);
        if (_files.FolderExists(start))
            Walk(start, slash < 0 ? "" : prefix[..(slash + 1)]);
        return found;

        void Walk(string folder, string name)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                var full = name + entry.Name;
                if (entry.Name[0] == '.')
                    continue;
                if (entry is FileInfo file)
                {
                    if (full.StartsWith(prefix, StringComparison.Ordinal))
                        found.Add(new StoredObject(full, file.Length, null));
                }
                else if (full.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(full, StringComparison.Ordinal))
                {
                    Walk(entry.FullName, full + "/");
                }
            }
        }
    }

    private static T Guard<T>(string operation, string name, Func<T> action)
    {
        try
        {
            return PosixFileLayer.Run(operation, name, action);
        }
        catch (StorageFailedException error)
        {
            var problem = error.Failure switch
            {
                StorageFailure.Missing => ObjectStoreProblem.NotFound,
                StorageFailure.NoSpace => ObjectStoreProblem.Full,
                StorageFailure.NotWritable => ObjectStoreProblem.Denied,
                StorageFailure.BadPath => ObjectStoreProblem.Invalid,
                _ => ObjectStoreProblem.Unavailable,
            };
            throw new ObjectStoreException(problem, operation, name, error.Message, error);
        }
    }
}

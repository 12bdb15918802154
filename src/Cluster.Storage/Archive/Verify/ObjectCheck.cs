using System.Collections.Concurrent;
using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Stores;
using Cluster.Storage.Snapshots;

namespace Cluster.Storage.Archive.Verify;

/// <summary>Reads one object's files once: their hashes, and on the same way what they hold, compared with the side object. Memory does not grow with the object.</summary>
internal sealed class ObjectCheck(IObjectStore store, ArchiveRoot root, ArchiveVerifyOptions options)
{
    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private long _bytes;
    private int _hashesOnly;

    public long Bytes => Volatile.Read(ref _bytes);

    public int HashesOnly => Volatile.Read(ref _hashesOnly);

    /// <summary>What a changed file really has.</summary>
    public string? HashOf(string name) => _hashes.GetValueOrDefault(name);

    public async Task<List<ArchiveFinding>> RunAsync(ArchiveObject value, CancellationToken cancellation)
    {
        var findings = new List<ArchiveFinding>();
        var decode = options.Decode && (!value.Encoding.HasFlag(ArchiveEncoding.Age) || options.Identities.Count > 0);
        if (!decode && value.Files.Count > 0)
            Interlocked.Increment(ref _hashesOnly);
        long plain = 0;
        for (var i = 0; i < value.Files.Count; i++)
        {
            var index = i;
            var file = value.Files[i];
            try
            {
                var (hash, bytes, flaw) = await ReadAsync(value, file, decode ? stream => Content(value, index, stream) : null, cancellation).ConfigureAwait(false);
                if (hash != file.Sha256)
                    findings.Add(new(ArchiveFindingKind.Changed, file.Name, $"its SHA-256 is {hash}, and should be {file.Sha256}"));
                else if (flaw is not null)
                    findings.Add(new(ArchiveFindingKind.Contradicted, file.Name, flaw));
                plain += bytes;
            }
            catch (ObjectStoreException error) when (error.Problem is ObjectStoreProblem.NotFound)
            {
                findings.Add(new(ArchiveFindingKind.Missing, file.Name, $"{value.SideName} tells of it, and it is not there"));
            }
        }

        if (decode && findings.Count == 0 && value.Files.Count > 0 && plain != value.PlainBytes)
            findings.Add(new(ArchiveFindingKind.Contradicted, value.Name, $"it has {plain} bytes decoded, and should have {value.PlainBytes}"));
        return findings;
    }

    /// <summary>The content is judged while it comes; if it is not what was stored the judgement says nothing, so the hash goes first.</summary>
    private async Task<(string Hash, long Plain, string? Flaw)> ReadAsync(ArchiveObject value, ArchiveFile file, Func<Stream, (long Plain, string? Flaw)>? content, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var download = await store.OpenAsync(root.Path + file.Name, 0, cancellation).ConfigureAwait(false);
                await using (download.ConfigureAwait(false))
                    return await Task.Run(() => Read(value, file, download.Content, content, cancellation), cancellation).ConfigureAwait(false);
            }
            catch (ObjectStoreException error) when (error.MayPass && attempt < options.Retries.Attempts)
            {
                await Task.Delay(options.Retries.DelayAfter(attempt), options.Retries.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private (string Hash, long Plain, string? Flaw) Read(ArchiveObject value, ArchiveFile file, Stream stored, Func<Stream, (long Plain, string? Flaw)>? content, CancellationToken cancellation)
    {
        using var hashed = new HashingStream(stored);
        var (plain, flaw) = (0L, (string?)null);
        if (content is not null)
        {
            try
            {
                using var decoded = ArchiveContent.Decode(hashed, value.Encoding, options.Identities);
                (plain, flaw) = content(decoded.Plain);
            }
            catch (StorageException error) when (error is not ObjectStoreException)
            {
                flaw = error.Message;
            }
        }

        // Whatever the content's reader left: the hash is of every byte.
        var rest = new byte[64 << 10];
        while (hashed.Read(rest) > 0)
            cancellation.ThrowIfCancellationRequested();
        Interlocked.Add(ref _bytes, hashed.Bytes);
        var hash = hashed.Hash();
        _hashes[file.Name] = hash;
        return (hash, plain, flaw);
    }

    private static (long Plain, string? Flaw) Content(ArchiveObject value, int file, Stream plain)
    {
        if (value.Kind == ArchiveObjectKind.Snapshot)
            return SnapshotPart(value, file, plain);
        long read = 0;
        foreach (var range in value.Ranges)
        {
            var found = RangeScan.Read(plain, range.Bytes, range.Last, value.ClusterId, range.Offset, value.Name, range.Marks.Select(static mark => mark.Lsn));
            if (!RangeScan.IsSame(found, range))
                return (read, $"its records of {ArchiveNames.Shard(range.Shard)} are not those that its side object tells of");
            read += range.Bytes;
        }

        return plain.ReadByte() < 0 ? (read, null) : (read, "there are bytes behind its last record");
    }

    /// <summary>The first part begins with the snapshot's manifest. The files in it are judged by whoever restores them.</summary>
    private static (long Plain, string? Flaw) SnapshotPart(ArchiveObject value, int file, Stream plain)
    {
        string? flaw = null;
        long read = 0;
        if (file == 0)
        {
            var prefix = new byte[SnapshotManifestCodec.PrefixBytes];
            read = plain.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
            var length = read == prefix.Length ? SnapshotManifestCodec.LengthOf(prefix) : 0;
            var bytes = new byte[Math.Max(length, prefix.Length)];
            prefix.CopyTo(bytes, 0);
            read += plain.ReadAtLeast(bytes.AsSpan(prefix.Length), bytes.Length - prefix.Length, throwOnEndOfStream: false);
            var manifest = SnapshotManifest.Decode(bytes, value.Name);
            var range = value.Ranges[0];
            if (manifest.ClusterId != value.ClusterId || manifest.Shard != range.Shard || manifest.Last != range.Last || manifest.Digest != range.Marks[0].Digest || bytes.Length + manifest.FileBytes != value.PlainBytes)
                flaw = "its manifest is not that of the snapshot that its side object tells of";
        }

        var buffer = new byte[64 << 10];
        for (int count; (count = plain.Read(buffer)) > 0;)
            read += count;
        return (read, flaw);
    }
}

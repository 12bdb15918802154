using Cluster.Storage.Archive.Stores;

namespace Cluster.Storage.Archive.Layout;

public enum UploadOutcome
{
    Stored,

    /// <summary>The same bytes were there already: an earlier attempt, or another's of the same name and content.</summary>
    WasThere,
}

/// <summary>
/// Puts an object and its side object. The content first, read back where the store does not tell what has arrived, then the side object: a crash in between leaves a content that no side object tells of, which is not
/// part of the archive; the next attempt finds it. Nothing is ever overwritten: what lies under the name already must be the same bytes, or the upload fails and names it.
/// </summary>
public static class ArchiveUpload
{
    /// <param name="store">Where to.</param>
    /// <param name="root">With a slash at its end.</param>
    /// <param name="value">What the side object says.</param>
    /// <param name="contents">Of its files, in their order.</param>
    /// <param name="retries">Of reading back.</param>
    /// <param name="cancellation">May leave contents without a side object.</param>
    /// <exception cref="ArchiveException">Another content lies under a name.</exception>
    public static async Task<UploadOutcome> PutAsync(
        IObjectStore store,
        string root,
        ArchiveObject value,
        IReadOnlyList<ObjectContent> contents,
        RetryPolicy retries,
        CancellationToken cancellation = default)
    {
        Invariant.Check(contents.Count == value.Files.Count, "every file has its content");
        var side = ArchiveObjectCodec.Encode(value);
        for (var i = 0; i < contents.Count; i++)
        {
            var file = value.Files[i];
            Invariant.Check(contents[i].Length == file.Bytes && Convert.ToHexStringLower(contents[i].Sha256.Span) == file.Sha256, "a side object tells of its files");
            await PutOneAsync(store, root, file.Name, contents[i], retries, cancellation).ConfigureAwait(false);
        }

        return await PutOneAsync(store, root, value.SideName, ObjectContent.FromBytes(side), retries, cancellation).ConfigureAwait(false);
    }

    /// <summary>One immutable object, as those that have no side object too.</summary>
    public static async Task<UploadOutcome> PutOneAsync(IObjectStore store, string root, string name, ObjectContent content, RetryPolicy retries, CancellationToken cancellation = default)
    {
        var full = root + name;
        if (store.Protections.Creates)
        {
            if ((await store.PutAsync(full, content, PutCondition.IfAbsent, cancellation).ConfigureAwait(false)).Written)
            {
                if (!store.Protections.ChecksUploads)
                    await CompareAsync(store, full, name, content, retries, cancellation).ConfigureAwait(false);
                return UploadOutcome.Stored;
            }
        }
        else if (await store.FindAsync(full, cancellation).ConfigureAwait(false) is null)
        {
            // Without conditions another writer may come in between. One folder per term, node and shard keeps that from happening to us; reading back shows who was last.
            await store.PutAsync(full, content, PutCondition.None, cancellation).ConfigureAwait(false);
            await CompareAsync(store, full, name, content, retries, cancellation).ConfigureAwait(false);
            return UploadOutcome.Stored;
        }

        await CompareAsync(store, full, name, content, retries, cancellation).ConfigureAwait(false);
        return UploadOutcome.WasThere;
    }

    private static async Task CompareAsync(IObjectStore store, string full, string name, ObjectContent content, RetryPolicy retries, CancellationToken cancellation)
    {
        var hash = await ObjectTransfer.HashAsync(store, full, retries, cancellation).ConfigureAwait(false);
        if (!hash.AsSpan().SequenceEqual(content.Sha256.Span))
            throw new ArchiveException(name, $"another content lies under this name (SHA-256 {Convert.ToHexStringLower(hash)}): it was not overwritten; find out who wrote it");
    }
}

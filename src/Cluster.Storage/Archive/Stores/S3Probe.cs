using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// Finds out what a server does, on an object of its own: reads and writes at all, conditions on puts, what the server tells of an upload, listings. A server that takes a
/// condition without looking at it overwrites the probe and is found out. If the probe may not be deleted it stays: a few bytes per start.
/// </summary>
internal static class S3Probe
{
    public static async Task<StoreProtections> RunAsync(S3ObjectStore store, string prefix, CancellationToken cancellation)
    {
        var name = $"{prefix}{(prefix.Length == 0 || prefix.EndsWith('/') ? "" : "/")}probe-{Guid.NewGuid():N}";
        var first = RandomNumberGenerator.GetBytes(32);
        var protections = StoreProtections.All with { ChecksUploads = false };
        var put = await store.PutAsync(name, ObjectContent.FromBytes(first), PutCondition.None, cancellation).ConfigureAwait(false);
        var told = S3ObjectStore.TagIsMd5(put.Tag, S3ObjectStore.Md5(new MemoryStream(first)));
        try
        {
            if (!(await ObjectTransfer.ReadAsync(store, name, first.Length, new RetryPolicy(), cancellation).ConfigureAwait(false)).AsSpan().SequenceEqual(first))
                throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "open", name, "the server does not give back what was put");
            var listed = false;
            await foreach (var item in store.ListAsync(name, cancellation).ConfigureAwait(false))
                listed |= item.Name == name;
            return protections with
            {
                Creates = await IsRefusedAsync(store, name, PutCondition.IfAbsent, cancellation).ConfigureAwait(false),
                Replaces = await IsRefusedAsync(store, name, PutCondition.IfTag("\"00000000000000000000000000000000\""), cancellation).ConfigureAwait(false)
                    && await IsTakenAsync(store, name, cancellation).ConfigureAwait(false),
                ChecksUploads = told,
                ListsAfterWrites = listed,
            };
        }
        finally
        {
            await DeleteAsync(store, name, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<bool> IsRefusedAsync(S3ObjectStore store, string name, PutCondition condition, CancellationToken cancellation)
    {
        try
        {
            return !(await store.PutAsync(name, ObjectContent.FromBytes(RandomNumberGenerator.GetBytes(32)), condition, cancellation).ConfigureAwait(false)).Written;
        }
        catch (ObjectStoreException error) when (error.Problem is ObjectStoreProblem.Unsupported or ObjectStoreProblem.Invalid)
        {
            // It knows the condition and says that it cannot.
            return false;
        }
    }

    /// <summary>A server that refuses every condition has no use for one.</summary>
    private static async Task<bool> IsTakenAsync(S3ObjectStore store, string name, CancellationToken cancellation)
    {
        var found = await store.FindAsync(name, cancellation).ConfigureAwait(false);
        return found?.Tag is { } tag
            && (await store.PutAsync(name, ObjectContent.FromBytes(RandomNumberGenerator.GetBytes(32)), PutCondition.IfTag(tag), cancellation).ConfigureAwait(false)).Written;
    }

    private static async Task DeleteAsync(S3ObjectStore store, string name, CancellationToken cancellation)
    {
        try
        {
            await store.DeleteAsync(name, cancellation).ConfigureAwait(false);
        }
        catch (ObjectStoreException error) when (error.Problem is ObjectStoreProblem.Denied)
        {
            // Credentials that may not delete are a good idea.
        }
    }
}

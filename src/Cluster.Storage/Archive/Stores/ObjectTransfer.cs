using System.Buffers;
using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Stores;

/// <summary>Whole objects brought here. A transfer that breaks off goes on where it was, as long as the object is still the same one.</summary>
public static class ObjectTransfer
{
    private const int CopyBytes = 128 << 10;

    /// <summary>The whole object if it is no longer than <paramref name="bytesMax"/>.</summary>
    public static async Task<byte[]> ReadAsync(IObjectStore store, string name, int bytesMax, RetryPolicy policy, CancellationToken cancellation = default)
    {
        var bytes = new MemoryStream();
        await CopyAsync(store, name, bytes, null, bytesMax, policy, cancellation).ConfigureAwait(false);
        return bytes.ToArray();
    }

    public static async Task<byte[]> HashAsync(IObjectStore store, string name, RetryPolicy policy, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await CopyAsync(store, name, null, hash, long.MaxValue, policy, cancellation).ConfigureAwait(false);
        return hash.GetHashAndReset();
    }

    /// <summary>Copies the object to <paramref name="target"/> and feeds it to <paramref name="hash"/>, each if given. Returns its length.</summary>
    public static async Task<long> CopyAsync(
        IObjectStore store,
        string name,
        Stream? target,
        IncrementalHash? hash,
        long bytesMax,
        RetryPolicy policy,
        CancellationToken cancellation = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        long copied = 0;
        string? tag = null;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var before = copied;
                try
                {
                    var download = await store.OpenAsync(name, copied, cancellation).ConfigureAwait(false);
                    await using (download.ConfigureAwait(false))
                    {
                        if (copied > 0 && download.Tag != tag)
                            throw new ObjectStoreException(ObjectStoreProblem.Invalid, "read", name, "it was replaced while it was read");
                        tag = download.Tag;
                        if (copied + download.Length > bytesMax)
                            throw new ObjectStoreException(ObjectStoreProblem.Invalid, "read", name, $"it has {copied + download.Length} bytes, more than the {bytesMax} that it may have");
                        while (true)
                        {
                            var count = await PartAsync(download.Content, buffer, name, policy, cancellation).ConfigureAwait(false);
                            if (count == 0)
                                return copied;
                            hash?.AppendData(buffer, 0, count);
                            if (target is not null)
                                await target.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                            copied += count;
                        }
                    }
                }
                catch (ObjectStoreException error) when (error.MayPass && (attempt < policy.Attempts || copied > before))
                {
                    // Whatever came nearer to the end is no failed attempt.
                    if (copied > before)
                        attempt = 1;
                    await Task.Delay(policy.DelayAfter(attempt), policy.Time, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> PartAsync(Stream content, byte[] buffer, string name, RetryPolicy policy, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(policy.AttemptTimeout, policy.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await content.ReadAsync(buffer, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new ObjectStoreException(ObjectStoreProblem.Unavailable, "read", name, $"nothing came for {policy.AttemptTimeout.TotalSeconds} s", error);
        }
    }
}

using System.Runtime.CompilerServices;

namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// Tries again what may pass. The one thing that makes this more than a loop: after an attempt whose outcome is unknown a conditional put may find
/// its own object. It is then told from another's by its content: the same bytes under the name are success, whoever wrote them.
/// </summary>
public sealed class RetryingObjectStore(IObjectStore inner, RetryPolicy policy) : IObjectStore
{
    public string Address => inner.Address;

    public StoreProtections Protections => inner.Protections;

    public async Task<PutResult> PutAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation = default)
    {
        var failed = false;
        var result = await RunAsync(
            "put",
            name,
            (token, _) =>
            {
                var attempt = inner.PutAsync(name, content, condition, token);
                return failed ? attempt : Note(attempt);
            },
            cancellation,
            policy.AttemptTimeout + TimeSpan.FromSeconds((double)content.Length / policy.UploadBytesPerSecondMin)).ConfigureAwait(false);
        if (result.Written || !failed || condition == PutCondition.None)
            return result;
        return await IsStoredAsync(name, content, cancellation).ConfigureAwait(false) is { } stored ? new PutResult(true, stored.Tag) : result;

        async Task<PutResult> Note(Task<PutResult> attempt)
        {
            failed = true;
            var first = await attempt.ConfigureAwait(false);
            failed = false;
            return first;
        }
    }

    public Task<ObjectDownload> OpenAsync(string name, long offset = 0, CancellationToken cancellation = default) =>
        RunAsync("open", name, (token, _) => inner.OpenAsync(name, offset, token), cancellation);

    public Task<StoredObject?> FindAsync(string name, CancellationToken cancellation = default) =>
        RunAsync("find", name, (token, _) => inner.FindAsync(name, token), cancellation);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // A listing that broke off is begun anew: half of one is worse than none.
        var found = await RunAsync(
            "list",
            prefix,
            async (token, limit) =>
            {
                var items = new List<StoredObject>();
                await foreach (var item in inner.ListAsync(prefix, token).ConfigureAwait(false))
                {
                    items.Add(item);
                    limit.CancelAfter(policy.AttemptTimeout);
                }

                return items;
            },
            cancellation).ConfigureAwait(false);
        foreach (var item in found)
            yield return item;
    }

    public Task DeleteAsync(string name, CancellationToken cancellation = default) => RunAsync(
        "delete",
        name,
        async (token, _) =>
        {
            await inner.DeleteAsync(name, token).ConfigureAwait(false);
            return 0;
        },
        cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<StoredObject?> IsStoredAsync(string name, ObjectContent content, CancellationToken cancellation)
    {
        var found = await FindAsync(name, cancellation).ConfigureAwait(false);
        if (found is null || found.Bytes != content.Length)
            return null;
        var hash = await ObjectTransfer.HashAsync(this, name, policy, cancellation).ConfigureAwait(false);
        return hash.AsSpan().SequenceEqual(content.Sha256.Span) ? found : null;
    }

    private async Task<T> RunAsync<T>(
        string operation,
        string name,
        Func<CancellationToken, CancellationTokenSource, Task<T>> action,
        CancellationToken cancellation,
        TimeSpan? timeout = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = new CancellationTokenSource(timeout ?? policy.AttemptTimeout, policy.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                return await action(both.Token, limit).ConfigureAwait(false);
            }
            catch (ObjectStoreException error) when (error.MayPass && attempt < policy.Attempts)
            {
                // Again below.
            }
            catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
            {
                if (attempt >= policy.Attempts)
                    throw new ObjectStoreException(ObjectStoreProblem.Unavailable, operation, name, $"no answer within {policy.AttemptTimeout.TotalSeconds} s, {attempt} times", error);
            }

            await Task.Delay(policy.DelayAfter(attempt), policy.Time, cancellation).ConfigureAwait(false);
        }
    }
}

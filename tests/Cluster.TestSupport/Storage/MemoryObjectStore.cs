using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cluster.Storage.Archive.Stores;

namespace Cluster.TestSupport.Storage;

/// <summary>What happens to one call of a <see cref="MemoryObjectStore"/>.</summary>
public enum StoreFault
{
    None,

    /// <summary>The server's own error; nothing was done.</summary>
    Error,

    /// <summary>The call is carried out, and the answer is lost.</summary>
    LostAnswer,

    /// <summary>No answer until the caller gives up; nothing was done.</summary>
    Hangs,

    /// <summary>A download ends half-way.</summary>
    Truncated,

    /// <summary>A listing does not show what was put last.</summary>
    Lags,

    Full,

    Denied,
}

/// <summary>An object store in memory whose calls go wrong as a test says.</summary>
public sealed class MemoryObjectStore : IObjectStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private string? _newest;

    /// <summary>Operation (put, open, find, list, delete) and name.</summary>
    public Func<string, string, StoreFault>? Fault { get; set; }

    public int Calls { get; private set; }

    public string Address => "memory";

    public StoreProtections Protections { get; init; } = StoreProtections.All;

    /// <summary>The objects as they are, for a test to look at.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<string, byte[]>(_objects, StringComparer.Ordinal);
        }
    }

    /// <summary>Behind the store's back; null deletes.</summary>
    public void Place(string name, byte[]? content)
    {
        lock (_lock)
        {
            if (content is null)
                _objects.Remove(name);
            else
                _objects[name] = content;
        }
    }

    public MemoryObjectStore Copy()
    {
        var copy = new MemoryObjectStore { Protections = Protections };
        foreach (var (name, content) in Objects)
            copy.Place(name, content);
        return copy;
    }

    public async Task<PutResult> PutAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation = default)
    {
        ObjectName.Check("put", name);
        if ((condition.IsCreate && !Protections.Creates) || (condition.Tag is not null && !Protections.Replaces))
            throw new ObjectStoreException(ObjectStoreProblem.Unsupported, "put", name, "a protection is missing");
        var fault = await BeginAsync("put", name, cancellation);
        using var stream = content.Open();
        var bytes = new byte[content.Length];
        if (stream.Length != bytes.Length || stream.ReadAtLeast(bytes, bytes.Length, false) != bytes.Length || !SHA256.HashData(bytes).AsSpan().SequenceEqual(content.Sha256.Span))
            throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "put", name, "the content is not what it was announced as");
        lock (_lock)
        {
            var exists = _objects.TryGetValue(name, out var old);
            if ((condition.IsCreate && exists) || (condition.Tag is { } tag && (!exists || TagOf(old!) != tag)))
                return Answer(fault, "put", name, default(PutResult));
            _objects[name] = bytes;
            _newest = name;
        }

        return Answer(fault, "put", name, new PutResult(true, TagOf(bytes)));
    }

    public async Task<ObjectDownload> OpenAsync(string name, long offset = 0, CancellationToken cancellation = default)
    {
        ObjectName.Check("open", name);
        var fault = await BeginAsync("open", name, cancellation);
        var content = Find(name) ?? throw new ObjectStoreException(ObjectStoreProblem.NotFound, "open", name, "it is not there");
        if (offset > content.Length)
            throw new ObjectStoreException(ObjectStoreProblem.Invalid, "open", name, $"offset {offset} is behind its end");
        var left = content.Length - (int)offset;
        var sent = fault == StoreFault.Truncated ? left / 2 : left;
        return Answer(fault, "open", name, new ObjectDownload(name, new MemoryStream(content, (int)offset, sent, writable: false), left, TagOf(content)));
    }

    public async Task<StoredObject?> FindAsync(string name, CancellationToken cancellation = default)
    {
        ObjectName.Check("find", name);
        var fault = await BeginAsync("find", name, cancellation);
        return Answer(fault, "find", name, Find(name) is { } content ? new StoredObject(name, content.Length, TagOf(content)) : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (prefix.Length > 0 && !ObjectName.IsValid(prefix.TrimEnd('/')))
            throw new ObjectStoreException(ObjectStoreProblem.Invalid, "list", prefix, "this is no prefix");
        var fault = await BeginAsync("list", prefix, cancellation);
        var seen = 0;
        foreach (var (name, content) in Objects)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || (fault == StoreFault.Lags && name == _newest))
                continue;
            if (fault == StoreFault.Truncated && seen++ > 0)
                throw new ObjectStoreException(ObjectStoreProblem.Unavailable, "list", prefix, "the listing broke off");
            yield return new StoredObject(name, content.Length, null);
        }

        Answer(fault, "list", prefix, 0);
    }

    public async Task DeleteAsync(string name, CancellationToken cancellation = default)
    {
        ObjectName.Check("delete", name);
        var fault = await BeginAsync("delete", name, cancellation);
        Place(name, null);
        Answer(fault, "delete", name, 0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string TagOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static T Answer<T>(StoreFault fault, string operation, string name, T value) =>
        fault == StoreFault.LostAnswer ? throw new ObjectStoreException(ObjectStoreProblem.Unavailable, operation, name, "no answer in time") : value;

    private byte[]? Find(string name)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(name);
    }

    private async Task<StoreFault> BeginAsync(string operation, string name, CancellationToken cancellation)
    {
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        StoreFault fault;
        lock (_lock)
        {
            Calls++;
            fault = Fault?.Invoke(operation, name) ?? StoreFault.None;
        }

        switch (fault)
        {
            case StoreFault.Hangs:
                var never = new TaskCompletionSource();
                await using (cancellation.Register(() => never.SetCanceled(cancellation)))
                    await never.Task;
                break;
            case StoreFault.Error:
                throw new ObjectStoreException(ObjectStoreProblem.Unavailable, operation, name, "the server answers 500");
            case StoreFault.Full:
                throw new ObjectStoreException(ObjectStoreProblem.Full, operation, name, "the bucket is full");
            case StoreFault.Denied:
                throw new ObjectStoreException(ObjectStoreProblem.Denied, operation, name, "not allowed");
        }

        return fault;
    }
}

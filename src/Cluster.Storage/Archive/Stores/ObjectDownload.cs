namespace Cluster.Storage.Archive.Stores;

/// <summary>An object on its way here. Disposing it ends the transfer.</summary>
public sealed class ObjectDownload : IAsyncDisposable
{
    private readonly IDisposable? _owner;

    /// <param name="name">Of the object.</param>
    /// <param name="content">From the offset that was asked for; ends with the object.</param>
    /// <param name="length">Of what is to come.</param>
    /// <param name="tag">Of the object.</param>
    /// <param name="owner">Goes with the stream.</param>
    public ObjectDownload(string name, Stream content, long length, string? tag, IDisposable? owner = null)
    {
        Content = new ExactStream(name, content, length);
        Length = length;
        Tag = tag;
        _owner = owner;
    }

    /// <summary>Gives exactly <see cref="Length"/> bytes or throws <see cref="ObjectStoreException"/>.</summary>
    public Stream Content { get; }

    public long Length { get; }

    public string? Tag { get; }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync().ConfigureAwait(false);
        _owner?.Dispose();
    }
}

/// <summary>Holds a download to its length (O4): an early end and a broken connection are errors that may pass, more bytes than announced never reach the reader.</summary>
internal sealed class ExactStream(string name, Stream inner, long length) : ForwardStream
{
    private long _left = length;

    public override bool CanRead => true;

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, _left);
        if (wanted == 0)
            return 0;
        try
        {
            return Count(inner.Read(buffer[..wanted]));
        }
        catch (Exception error) when (IsBroken(error))
        {
            throw Broken(error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, _left);
        if (wanted == 0)
            return 0;
        try
        {
            return Count(await inner.ReadAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (IsBroken(error) && !cancellationToken.IsCancellationRequested)
        {
            throw Broken(error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsBroken(Exception error) => error is IOException or HttpRequestException or OperationCanceledException or TimeoutException;

    private ObjectStoreException Broken(Exception error) =>
        new(ObjectStoreProblem.Unavailable, "read", name, $"the transfer broke off with {_left} bytes to come: {error.Message}", error);

    private int Count(int read)
    {
        if (read == 0)
            throw new ObjectStoreException(ObjectStoreProblem.Unavailable, "read", name, $"the transfer ended with {_left} bytes to come");
        _left -= read;
        return read;
    }
}

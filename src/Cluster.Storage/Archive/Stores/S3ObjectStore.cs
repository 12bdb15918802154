using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// Objects in a bucket. What the server does for us is found out at the opening by trying it (<see cref="S3Probe"/>): many that speak S3 take a condition and do
/// not look at it. A put is compared with what the server says has arrived (its checksum, or an entity tag that is the content's MD5); a server that says neither is
/// noted as such. An object in parts appears when the parts are put together, so O1 holds for it too; what a crash leaves of it is an
/// upload that was not completed, which the bucket's life-cycle rule should remove.
/// </summary>
public sealed class S3ObjectStore : IObjectStore
{
    private readonly AmazonS3Client _client;
    private readonly S3Options _options;

    private S3ObjectStore(AmazonS3Client client, S3Options options)
    {
        _client = client;
        _options = options;
    }

    public string Address => $"bucket {_options.Bucket} at {_options.Endpoint?.ToString() ?? $"Amazon S3, {_options.Region}"}";

    public StoreProtections Protections { get; private set; } = StoreProtections.All;

    /// <summary>Connects, and tries out what the server can. Throws <see cref="ObjectStoreException"/>.</summary>
    public static async Task<S3ObjectStore> OpenAsync(S3Options options, CancellationToken cancellation = default)
    {
        var settings = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            MaxErrorRetry = 0,
            Timeout = options.Retries.AttemptTimeout,

            // We bring our own checksum; the client's default wraps bodies in a way that other servers do not read.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is null)
        {
            settings.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            settings.ServiceURL = options.Endpoint.ToString();
            settings.AuthenticationRegion = options.Region;
        }

        var store = new S3ObjectStore(
            options.AccessKey is null ? new AmazonS3Client(settings) : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey ?? ""), settings),
            options);
        try
        {
            store.Protections = await S3Probe.RunAsync(store, options.Prefix, cancellation).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<PutResult> PutAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation = default)
    {
        ObjectName.Check("put", name);
        if (condition.IsCreate && !Protections.Creates)
            throw new ObjectStoreException(ObjectStoreProblem.Unsupported, "put", name, "the server does not look at the condition that the name is free");
        if (condition.Tag is not null && !Protections.Replaces)
            throw new ObjectStoreException(ObjectStoreProblem.Unsupported, "put", name, "the server does not look at the condition that the object is unchanged");
        return S3Errors.GuardAsync(
            "put",
            name,
            async () =>
            {
                try
                {
                    return content.Length > _options.PartBytes
                        ? await new S3PartUpload(_client, _options, Protections.ChecksUploads).PutAsync(name, content, condition, cancellation).ConfigureAwait(false)
                        : await PutWholeAsync(name, content, condition, cancellation).ConfigureAwait(false);
                }
                catch (AmazonS3Exception error) when (condition != PutCondition.None && (S3Errors.IsRefusedCondition(error) || (condition.Tag is not null && S3Errors.IsNotFound(error))))
                {
                    return default;
                }
            },
            cancellation);
    }

    public Task<ObjectDownload> OpenAsync(string name, long offset = 0, CancellationToken cancellation = default)
    {
        ObjectName.Check("open", name);
        return S3Errors.GuardAsync(
            "open",
            name,
            async () =>
            {
                var request = new GetObjectRequest { BucketName = _options.Bucket, Key = name };
                if (offset > 0)
                    request.ByteRange = new ByteRange(FormattableString.Invariant($"bytes={offset}-"));
                try
                {
                    var response = await _client.GetObjectAsync(request, cancellation).ConfigureAwait(false);
                    return new ObjectDownload(name, response.ResponseStream, response.ContentLength, response.ETag, response);
                }
                catch (AmazonS3Exception error) when (offset > 0 && S3Errors.IsEmptyRange(error))
                {
                    var found = await FindAsync(name, cancellation).ConfigureAwait(false);
                    return found?.Bytes == offset
                        ? new ObjectDownload(name, Stream.Null, 0, found.Tag)
                        : throw new ObjectStoreException(ObjectStoreProblem.Invalid, "open", name, $"offset {offset} is behind its end");
                }
            },
            cancellation);
    }

    public Task<StoredObject?> FindAsync(string name, CancellationToken cancellation = default)
    {
        ObjectName.Check("find", name);
        return S3Errors.GuardAsync<StoredObject?>(
            "find",
            name,
            async () =>
            {
                try
                {
                    var found = await _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = name }, cancellation).ConfigureAwait(false);
                    return new StoredObject(name, found.ContentLength, found.ETag);
                }
                catch (AmazonS3Exception error) when (S3Errors.IsNotFound(error))
                {
                    return null;
                }
            },
            cancellation);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ObjectName.CheckPrefix(prefix);
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix };
        while (true)
        {
            var page = await S3Errors.GuardAsync("list", prefix, () => _client.ListObjectsV2Async(request, cancellation), cancellation).ConfigureAwait(false);
            foreach (var item in page.S3Objects ?? [])
                yield return new StoredObject(item.Key, item.Size ?? 0, null);
            if (page.IsTruncated != true)
                yield break;

            // A server that repeats itself must not turn us in a circle.
            if (page.NextContinuationToken is null || page.NextContinuationToken == request.ContinuationToken)
                throw new ObjectStoreException(ObjectStoreProblem.Unavailable, "list", prefix, "the server does not say where its listing goes on");
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation = default)
    {
        ObjectName.Check("delete", name);
        return S3Errors.GuardAsync("delete", name, () => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = name }, cancellation), cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the server's tag is the content's MD5, so that it tells what has arrived.</summary>
    internal static bool TagIsMd5(string? tag, ReadOnlySpan<byte> md5) =>
        tag is not null && tag.AsSpan().Trim('"').Equals(Convert.ToHexString(md5), StringComparison.OrdinalIgnoreCase);

    // MD5 is what servers compute of themselves; against an attacker the side objects' SHA-256 stands.
#pragma warning disable CA5351
    internal static byte[] Md5(Stream stream) => MD5.HashData(stream);
#pragma warning restore CA5351

    private async Task<PutResult> PutWholeAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation)
    {
        var body = content.Open();
        await using (body.ConfigureAwait(false))
        {
            var md5 = Check(name, content, body);
            var sha256 = Convert.ToBase64String(content.Sha256.Span);
            var response = await _client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = _options.Bucket,
                    Key = name,
                    InputStream = body,
                    AutoCloseStream = false,
                    UseChunkEncoding = false,
                    ChecksumSHA256 = sha256,
                    IfNoneMatch = condition.IsCreate ? "*" : null,
                    IfMatch = condition.Tag,
                },
                cancellation).ConfigureAwait(false);
            if (response.ChecksumSHA256 is { Length: > 0 } arrived ? arrived != sha256 : Protections.ChecksUploads && !TagIsMd5(response.ETag, md5))
                throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "put", name, "what the server says has arrived is not what was sent");
            return new PutResult(true, response.ETag);
        }
    }

    /// <summary>O2: a content that changed since it was announced does not leave. Returns its MD5; the stream is at its beginning again.</summary>
    private static byte[] Check(string name, ObjectContent content, Stream body)
    {
        if (body.Length != content.Length || !SHA256.HashData(body).AsSpan().SequenceEqual(content.Sha256.Span))
            throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "put", name, "the content is not what it was announced as");
        body.Position = 0;
        var md5 = Md5(body);
        body.Position = 0;
        return md5;
    }
}

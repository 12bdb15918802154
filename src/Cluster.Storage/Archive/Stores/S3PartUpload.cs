using System.Buffers;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace Cluster.Storage.Archive.Stores;

/// <summary>One object in parts: each is hashed on its way out, compared with what the server says has arrived, and retried alone. Nothing appears before all are there and the whole has its SHA-256.</summary>
internal sealed class S3PartUpload(AmazonS3Client client, S3Options options, bool checksUploads)
{
    public async Task<PutResult> PutAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation)
    {
        var upload = await client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = name }, cancellation).ConfigureAwait(false);
        try
        {
            var parts = await PartsAsync(name, upload.UploadId, content, cancellation).ConfigureAwait(false);
            var done = await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = options.Bucket,
                    Key = name,
                    UploadId = upload.UploadId,
                    PartETags = parts,
                    IfNoneMatch = condition.IsCreate ? "*" : null,
                    IfMatch = condition.Tag,
                },
                cancellation).ConfigureAwait(false);
            return new PutResult(true, done.ETag);
        }
        catch
        {
            await AbortAsync(name, upload.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<List<PartETag>> PartsAsync(string name, string uploadId, ObjectContent content, CancellationToken cancellation)
    {
        var parts = new List<PartETag>();
        var body = content.Open();
        await using (body.ConfigureAwait(false))
        {
            using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = ArrayPool<byte>.Shared.Rent((int)options.PartBytes);
            try
            {
                long sent = 0;
                while (true)
                {
                    var count = await body.ReadAtLeastAsync(buffer.AsMemory(0, (int)options.PartBytes), (int)options.PartBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
                    if (count == 0)
                        break;
                    whole.AppendData(buffer, 0, count);
                    sent += count;
                    parts.Add(await PartAsync(name, uploadId, parts.Count + 1, buffer, count, cancellation).ConfigureAwait(false));
                }

                if (sent != content.Length || !whole.GetHashAndReset().AsSpan().SequenceEqual(content.Sha256.Span))
                    throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "put", name, "the content is not what it was announced as");
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        return parts;
    }

    private async Task<PartETag> PartAsync(string name, string uploadId, int number, byte[] buffer, int count, CancellationToken cancellation)
    {
        var md5 = S3ObjectStore.Md5(new MemoryStream(buffer, 0, count, writable: false));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await S3Errors.GuardAsync(
                    "put",
                    name,
                    async () =>
                    {
                        using var part = new MemoryStream(buffer, 0, count, writable: false);
                        var response = await client.UploadPartAsync(
                            new UploadPartRequest
                            {
                                BucketName = options.Bucket,
                                Key = name,
                                UploadId = uploadId,
                                PartNumber = number,
                                PartSize = count,
                                InputStream = part,
                                UseChunkEncoding = false,
                            },
                            cancellation).ConfigureAwait(false);
                        if (checksUploads && !S3ObjectStore.TagIsMd5(response.ETag, md5))
                            throw new ObjectStoreException(ObjectStoreProblem.Mismatch, "put", name, $"what the server says has arrived of part {number} is not what was sent");
                        return new PartETag(number, response.ETag);
                    },
                    cancellation).ConfigureAwait(false);
            }
            catch (ObjectStoreException error) when (error.MayPass && attempt < options.Retries.Attempts)
            {
                await Task.Delay(options.Retries.DelayAfter(attempt), options.Retries.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Frees what was sent. The failure that led here is the one to be told, whatever becomes of this: what stays costs space until the bucket's rule removes it.</summary>
    private async Task AbortAsync(string name, string uploadId)
    {
        try
        {
            await client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = name, UploadId = uploadId }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is AmazonS3Exception or HttpRequestException or IOException or OperationCanceledException or Amazon.Runtime.AmazonClientException)
        {
            // Said above.
        }
    }
}

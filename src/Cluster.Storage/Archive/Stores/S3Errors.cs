using Amazon.Runtime;
using Amazon.S3;

namespace Cluster.Storage.Archive.Stores;

/// <summary>What a server's answer means to us.</summary>
internal static class S3Errors
{
    /// <summary>The condition of a put did not hold, or another put to the name was under way.</summary>
    public static bool IsRefusedCondition(Exception error) =>
        error is AmazonS3Exception { ErrorCode: "PreconditionFailed" or "ConditionalRequestConflict" } || StatusOf(error) == 412;

    public static bool IsNotFound(Exception error) =>
        StatusOf(error) == 404 && error is not AmazonS3Exception { ErrorCode: "NoSuchBucket" };

    /// <summary>The range that was asked for begins at or behind the end.</summary>
    public static bool IsEmptyRange(Exception error) => StatusOf(error) == 416;

    public static async Task<T> GuardAsync<T>(string operation, string name, Func<Task<T>> action, CancellationToken cancellation)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (StorageException or OperationCanceledException) || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw Translate(operation, name, error);
        }
    }

    public static ObjectStoreException Translate(string operation, string name, Exception error)
    {
        var (problem, reason) = error switch
        {
            AmazonS3Exception answer => (ProblemOf(answer), $"{answer.Message} ({answer.ErrorCode}, {(int)answer.StatusCode})"),
            OperationCanceledException or TimeoutException => (ObjectStoreProblem.Unavailable, "no answer in time"),
            AmazonClientException { InnerException: HttpRequestException or IOException } or HttpRequestException or IOException => (ObjectStoreProblem.Unavailable, error.Message),

            // An answer that broke off, or one of something between here and the server.
            System.Xml.XmlException => (ObjectStoreProblem.Unavailable, $"the answer cannot be read: {error.Message}"),
            AmazonServiceException => (ObjectStoreProblem.Unavailable, error.Message),
            AmazonClientException => (ObjectStoreProblem.Denied, error.Message),
            _ => (ObjectStoreProblem.Invalid, error.Message),
        };
        return new ObjectStoreException(problem, operation, name, reason, error);
    }

    private static int StatusOf(Exception error) => error is AmazonS3Exception answer ? (int)answer.StatusCode : 0;

    private static ObjectStoreProblem ProblemOf(AmazonS3Exception answer) => answer.ErrorCode switch
    {
        "RequestTimeTooSkewed" or "RequestExpired" => ObjectStoreProblem.Clock,
        "BadDigest" or "InvalidDigest" or "XAmzContentSHA256Mismatch" or "IncompleteBody" or "XAmzContentChecksumMismatch" => ObjectStoreProblem.Mismatch,
        "NoSuchBucket" or "InvalidBucketName" or "PermanentRedirect" or "AuthorizationHeaderMalformed" => ObjectStoreProblem.Invalid,
        "QuotaExceeded" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" or "InsufficientStorage" => ObjectStoreProblem.Full,
        "RequestTimeout" or "SlowDown" or "ServiceUnavailable" or "InternalError" or "OperationAborted" => ObjectStoreProblem.Unavailable,
        _ => (int)answer.StatusCode switch
        {
            401 or 403 => ObjectStoreProblem.Denied,
            404 => ObjectStoreProblem.NotFound,
            501 => ObjectStoreProblem.Unsupported,
            507 => ObjectStoreProblem.Full,
            0 or 408 or 429 or >= 500 => ObjectStoreProblem.Unavailable,
            _ => ObjectStoreProblem.Invalid,
        },
    };
}

namespace Cluster.Storage.Archive.Stores;

/// <summary>How to reach a bucket, of Amazon's or of any server that speaks S3.</summary>
public sealed record S3Options
{
    public required string Bucket { get; init; }

    /// <summary>Null: Amazon's for the region.</summary>
    public Uri? Endpoint { get; init; }

    public string Region { get; init; } = "us-east-1";

    /// <summary>Null: found where Amazon's tools look (environment, profile, machine).</summary>
    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    /// <summary>The bucket in the path instead of the host name: what servers other than Amazon's want.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>Longer objects go in parts, so that a broken connection costs one part.</summary>
    public long PartBytes { get; init; } = 16 << 20;

    /// <summary>Under which names the probe at the opening is made; what the archive's own names begin with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Of the parts of one object. The object itself is retried by <see cref="RetryingObjectStore"/>.</summary>
    public RetryPolicy Retries { get; init; } = new();
}

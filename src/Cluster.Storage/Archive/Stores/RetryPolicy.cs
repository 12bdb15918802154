namespace Cluster.Storage.Archive.Stores;

/// <summary>How often and how fast what may pass is tried again.</summary>
public sealed record RetryPolicy
{
    public int Attempts { get; init; } = 5;

    /// <summary>Before the second attempt; doubles with each.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan DelayMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One attempt; a download or a listing is given up when nothing comes for so long.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An upload has the time that it takes at this speed on top.</summary>
    public long UploadBytesPerSecondMin { get; init; } = 256 << 10;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal TimeSpan DelayAfter(int attempt)
    {
        var delay = Delay * Math.Pow(2, Math.Min(attempt - 1, 20));
        return delay < DelayMax ? delay : DelayMax;
    }
}

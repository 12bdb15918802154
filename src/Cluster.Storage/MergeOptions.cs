namespace Cluster.Storage;

/// <summary>When and how fast a shard's garbage is collected.</summary>
public sealed record MergeOptions
{
    /// <summary>False: nothing is merged, so nothing is released either.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Share of dead bytes in the log below the release floor, or in a data file, above which it is merged.</summary>
    public double Ratio { get; init; } = 0.5;

    /// <summary>A log, or data files, of fewer bytes than this are left alone.</summary>
    public long MinBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Bytes read per second while garbage stays near the ratio. It rises with every hundredth above, and is without effect from about a tenth
    /// above on: a disk that fills up is worse than a slow minute.
    /// </summary>
    public long BytesPerSecond { get; init; } = 32L << 20;

    /// <summary>A data file is ended at about this size; also what one merge reads of the log at most (a quarter of a smaller log), if a segment is not larger.</summary>
    public long FileBytes { get; init; } = 256L << 20;

    /// <summary>The same, or an <see cref="ArgumentOutOfRangeException"/> that names what makes no sense.</summary>
    public MergeOptions Validated()
    {
        if (!(Ratio is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Ratio), Ratio, "between 0 and 1");
        ArgumentOutOfRangeException.ThrowIfNegative(MinBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(BytesPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FileBytes, 1);
        // A value's offset in its file is kept in 32 bits.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FileBytes, 1L << 30);
        return this;
    }
}

namespace Cluster.Storage.Log;

/// <summary>What an opening does. In this order.</summary>
public enum OpeningPhase
{
    /// <summary>The log's files are read, or their hints in their place. May be cancelled: nothing was changed yet.</summary>
    Reading,

    /// <summary>What the reading found is made durable: a torn tail is cut, doubtful records are copied. Short; not cancelled.</summary>
    Settling,

    /// <summary>The log is open.</summary>
    Open,
}

/// <summary>How far the opening of a shard has come.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Phase">What is under way.</param>
/// <param name="BytesDone">Of the log's files; a file that a hint stands for counts as a whole.</param>
/// <param name="BytesTotal">All of them.</param>
public readonly record struct OpeningProgress(int Shard, string Folder, OpeningPhase Phase, long BytesDone, long BytesTotal);

/// <summary>Hears from whoever reads files for an opening.</summary>
public interface IOpeningProgress
{
    /// <summary>So many more bytes will be dealt with.</summary>
    void Expect(long bytes);

    /// <summary>That many more are. Throws <see cref="OperationCanceledException"/>.</summary>
    void Advance(long bytes);
}

/// <summary>Reports the progress of one opening to the events, every few megabytes, and ends it when it is cancelled.</summary>
internal sealed class OpeningWatch(ShardLogOptions options) : IOpeningProgress
{
    private const long StepBytes = 4L << 20;

    private long _done;
    private long _total;
    private long _next;

    /// <summary>Asks the sizes of the files that will be read.</summary>
    public void Begin(IEnumerable<string> paths)
    {
        foreach (var path in paths)
            _total += options.Environment.Files.FileLength(path);
        Report(OpeningPhase.Reading);
    }

    public void Expect(long bytes)
    {
        _total += bytes;
        Report(OpeningPhase.Reading);
    }

    /// <summary>That many more bytes are dealt with. Throws <see cref="OperationCanceledException"/>.</summary>
    public void Advance(long bytes)
    {
        options.OpeningCancelled.ThrowIfCancellationRequested();
        _done += bytes;
        if (_done < _next)
            return;
        _next = _done + StepBytes;
        Report(OpeningPhase.Reading);
    }

    public void Report(OpeningPhase phase) =>
        options.Environment.Events.Opening(new OpeningProgress(options.Shard, options.Folder, phase, Math.Min(_done, _total), _total));
}

namespace Cluster.Storage.Keys;

/// <summary>
/// A value that is copied piece by piece, in any order: its key was compared once, its file is held. Nothing of it is kept in memory.
/// <see cref="ShardStore.OpenValue"/>. Any thread, one at a time; blocks on the disk.
/// </summary>
public sealed class ValueStream : IDisposable
{
    private readonly ValuePin _pin;
    private readonly int _start;

    internal ValueStream(ValuePin pin, int start, int length)
    {
        _pin = pin;
        _start = start;
        Length = length;
    }

    /// <summary>Bytes of the value.</summary>
    public int Length { get; }

    /// <summary>
    /// Copies the value's bytes from <paramref name="offset"/> on, as many as there are and the span holds: returns their number, 0 at the end. Throws
    /// <see cref="ValueGoneException"/> if the value was not committed when the stream was opened and its record was cut since.
    /// </summary>
    public int Read(int offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var count = Math.Min(destination.Length, Math.Max(0, Length - offset));
        if (count > 0 && !_pin.TryRead(_start + offset, destination[..count]))
            throw new ValueGoneException();
        return count;
    }

    /// <summary>Lets the file go.</summary>
    public void Dispose() => _pin.Dispose();
}

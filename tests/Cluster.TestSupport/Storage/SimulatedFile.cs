namespace Cluster.TestSupport.Storage;

/// <summary>
/// Content of one simulated file: what reads see, what the disk holds, and which sectors differ. A crash decides for every sector on
/// its own whether it reached the disk: lost, kept and reordered writes are all the same thing.
/// </summary>
internal sealed class SimulatedFile
{
    private const int SectorBytes = 512;

    private readonly HashSet<int> _dirty = [];
    private readonly HashSet<int> _lost = [];
    private byte[] _seen = new byte[1024];
    private byte[] _durable = [];

    public int Length { get; private set; }

    public int DurableLength { get; private set; }

    public ReadOnlySpan<byte> Seen => _seen.AsSpan(0, Length);

    public int Read(long offset, Span<byte> destination)
    {
        if (offset >= Length)
            return 0;
        var count = (int)Math.Min(destination.Length, Length - offset);
        _seen.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        if (source.Length == 0)
            return;
        var end = (int)offset + source.Length;
        Grow(ref _seen, end);
        source.CopyTo(_seen.AsSpan((int)offset));
        MarkDirty((int)offset, end);
        Length = Math.Max(Length, end);
    }

    public void SetLength(long length)
    {
        var old = Length;
        Length = (int)length;
        Grow(ref _seen, Length);
        if (Length < old)
            _seen.AsSpan(Length, old - Length).Clear();
        MarkDirty(Math.Min(old, Length), Math.Max(old, Length));
    }

    /// <summary>Changes bytes as a failing medium would: at once, everywhere, without anybody's knowledge.</summary>
    public void FlipBit(long bit)
    {
        _seen[bit >> 3] ^= (byte)(1 << (int)(bit & 7));
        if (bit >> 3 < _durable.Length)
            _durable[bit >> 3] ^= (byte)(1 << (int)(bit & 7));
    }

    public void Sync()
    {
        Grow(ref _durable, Length);
        foreach (var sector in _dirty)
        {
            var start = sector * SectorBytes;
            var end = Math.Min(start + SectorBytes, Length);
            if (end > start)
                _seen.AsSpan(start, end - start).CopyTo(_durable.AsSpan(start));
        }

        _durable.AsSpan(Length).Clear();
        DurableLength = Length;
        _dirty.Clear();
    }

    /// <summary>
    /// A sync that failed: the dirty sectors are forgotten although reads still show them, as a kernel does that marks pages clean
    /// after a write-back error. A later sync makes only later writes durable.
    /// </summary>
    public void LoseDirty()
    {
        _lost.UnionWith(_dirty);
        _dirty.Clear();
    }

    /// <summary>What a machine finds after the crash.</summary>
    public SimulatedFile AfterCrash(Random random)
    {
        var result = new SimulatedFile();
        var length = DurableLength;
        if (Length != DurableLength)
        {
            length = random.Next(3) switch
            {
                0 => DurableLength,
                1 => Length,
                _ => random.Next(Math.Min(Length, DurableLength), Math.Max(Length, DurableLength) + 1),
            };
        }

        var style = random.Next(4);
        Grow(ref result._seen, length);
        _durable.AsSpan(0, Math.Min(DurableLength, length)).CopyTo(result._seen);
        foreach (var sector in _dirty)
        {
            var keep = style switch { 0 => false, 1 => true, _ => random.Next(2) == 0 };
            if (!keep)
                continue;
            var start = sector * SectorBytes;
            var end = Math.Min(Math.Min(start + SectorBytes, Length), length);
            if (end > start)
                _seen.AsSpan(start, end - start).CopyTo(result._seen.AsSpan(start));
        }

        result.Length = length;
        result._seen.AsSpan(length).Clear();
        result.MarkDirty(0, length);
        result.Sync();
        return result;
    }

    private void MarkDirty(int start, int end)
    {
        for (var sector = start / SectorBytes; sector * SectorBytes < end; sector++)
        {
            _dirty.Add(sector);
            _lost.Remove(sector);
        }
    }

    private static void Grow(ref byte[] bytes, int length)
    {
        if (bytes.Length < length)
            Array.Resize(ref bytes, Math.Max(length, bytes.Length * 2));
    }
}

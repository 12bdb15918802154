namespace Cluster.TestSupport.Storage;

/// <summary>
/// Content of one simulated file: what reads see, what the disk holds, and which sectors differ. A crash decides for every sector on
/// its own whether it reached the disk, and in which of its un-synced versions: lost, kept, torn and reordered writes are all the same thing.
/// A sector is never torn in itself.
/// </summary>
internal sealed class SimulatedFile
{
    private const int SectorBytes = 512;

    private readonly Dictionary<int, Dirty> _dirty = [];
    private readonly HashSet<int> _lost = [];
    private byte[] _seen = [];
    private byte[] _durable = [];
    private bool _seenIsShared;
    private bool _durableIsShared;
    private int _writes;

    /// <summary>The last write of a sector, and what it held between two un-synced writes, if there were two.</summary>
    private readonly record struct Dirty(int Write, byte[]? Earlier);

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
        OwnSeen(end);
        MarkDirty((int)offset, end);
        source.CopyTo(_seen.AsSpan((int)offset));
        Length = Math.Max(Length, end);
    }

    public void SetLength(long length)
    {
        var old = Length;
        OwnSeen((int)length);
        MarkDirty(Math.Min(old, (int)length), Math.Max(old, (int)length));
        Length = (int)length;
        if (Length < old)
            _seen.AsSpan(Length, old - Length).Clear();
    }

    /// <summary>Changes bytes as a failing medium would: at once, everywhere, without anybody's knowledge.</summary>
    public void FlipBit(long bit)
    {
        OwnSeen(Length);
        OwnDurable(DurableLength);
        _seen[bit >> 3] ^= (byte)(1 << (int)(bit & 7));
        if (bit >> 3 < _durable.Length)
            _durable[bit >> 3] ^= (byte)(1 << (int)(bit & 7));
    }

    public void Sync()
    {
        OwnDurable(Length);
        foreach (var sector in _dirty.Keys)
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
        _lost.UnionWith(_dirty.Keys);
        _dirty.Clear();
    }

    /// <summary>A file of its own with the same content; both share the bytes until one of them changes.</summary>
    public SimulatedFile Fork()
    {
        _seenIsShared = _durableIsShared = true;
        var fork = new SimulatedFile
        {
            _seen = _seen, _seenIsShared = true, Length = Length, _writes = _writes,
            _durable = _durable, _durableIsShared = true, DurableLength = DurableLength,
        };
        foreach (var (sector, dirty) in _dirty)
            fork._dirty.Add(sector, dirty);
        fork._lost.UnionWith(_lost);
        return fork;
    }

    /// <summary>What a machine finds after the crash.</summary>
    public SimulatedFile AfterCrash(Random random, CrashReport report)
    {
        var length = LengthAfterCrash(random, report);
        var content = new byte[length];
        _durable.AsSpan(0, Math.Min(DurableLength, length)).CopyTo(content);
        if (_dirty.Count > 0)
            KeepSome(content, random, report);
        return new SimulatedFile
        {
            _seen = content, _seenIsShared = true, Length = length,
            _durable = content, _durableIsShared = true, DurableLength = length,
        };
    }

    private int LengthAfterCrash(Random random, CrashReport report)
    {
        if (Length == DurableLength)
            return Length;
        var length = random.Next(3) switch
        {
            0 => DurableLength,
            1 => Length,
            _ => random.Next(Math.Min(Length, DurableLength), Math.Max(Length, DurableLength) + 1),
        };
        if (length != Length && length != DurableLength)
            report.LengthsBetween++;
        if (length > Length)
            report.TruncationsLost++;
        return length;
    }

    private void KeepSome(byte[] content, Random random, CrashReport report)
    {
        var style = random.Next(4);
        int newestKept = -1, oldestLost = int.MaxValue;
        Span<bool> kept = stackalloc bool[2];
        var torn = -1;
        // In the order of the file, so that one write's sectors are neighbours.
        var sectors = _dirty.Keys.ToArray();
        Array.Sort(sectors);
        var write = -1;
        foreach (var sector in sectors)
        {
            var dirty = _dirty[sector];
            if (dirty.Write != write)
            {
                write = dirty.Write;
                kept.Clear();
            }

            var keep = style switch { 0 => false, 1 => true, _ => random.Next(2) == 0 };
            kept[keep ? 1 : 0] = true;
            if (kept[0] && kept[1] && torn != write)
            {
                torn = write;
                report.WritesTorn++;
            }

            if (!keep)
            {
                report.SectorsLost++;
                oldestLost = Math.Min(oldestLost, dirty.Write);
                continue;
            }

            newestKept = Math.Max(newestKept, dirty.Write);
            report.SectorsKept++;
            var start = sector * SectorBytes;
            var end = Math.Min(Math.Min(start + SectorBytes, Length), content.Length);
            if (end <= start)
                continue;
            if (style == 3 && dirty.Earlier is { } earlier && random.Next(2) == 0)
            {
                report.SectorsOfEarlierWrites++;
                earlier.AsSpan(0, end - start).CopyTo(content.AsSpan(start));
            }
            else
            {
                _seen.AsSpan(start, end - start).CopyTo(content.AsSpan(start));
            }
        }

        if (newestKept > oldestLost)
            report.WritesReordered++;
    }

    private void MarkDirty(int start, int end)
    {
        _writes++;
        for (var sector = start / SectorBytes; sector * SectorBytes < end; sector++)
        {
            byte[]? earlier = null;
            if (_dirty.ContainsKey(sector))
            {
                earlier = new byte[SectorBytes];
                var from = sector * SectorBytes;
                _seen.AsSpan(from, Math.Max(0, Math.Min(SectorBytes, Length - from))).CopyTo(earlier);
            }

            _dirty[sector] = new Dirty(_writes, earlier);
            _lost.Remove(sector);
        }
    }

    private void OwnSeen(int length) => Own(ref _seen, ref _seenIsShared, length);

    private void OwnDurable(int length) => Own(ref _durable, ref _durableIsShared, length);

    private static void Own(ref byte[] bytes, ref bool isShared, int length)
    {
        if (bytes.Length < length)
            Array.Resize(ref bytes, Math.Max(length, bytes.Length * 2));
        else if (isShared)
            bytes = (byte[])bytes.Clone();
        isShared = false;
    }
}

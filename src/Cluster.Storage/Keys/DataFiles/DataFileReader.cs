using System.Buffers;
using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>
/// Walks the sections of one data file and believes nothing. Damage throws <see cref="WalCorruptException"/>: the log's records that could replace it may
/// be gone. One thread; does not own the file.
/// </summary>
internal sealed class DataFileReader : IDisposable
{
    private readonly IDataFile _file;
    private readonly DataFileInfo _info;
    private readonly bool _values;
    private byte[] _buffer = [];
    private long _next = DataFileHeader.Bytes;
    private int _section;
    private long _entries;
    private DataSection _current;

    private DataFileReader(IDataFile file, in DataFileInfo info, in DataFileFooter footer, bool values)
    {
        _file = file;
        _info = info;
        _values = values;
        Footer = footer;
    }

    public DataFileFooter Footer { get; }

    /// <summary>The current section.</summary>
    public DataSection Section => _current;

    /// <summary>Where the values of the current section begin in the file.</summary>
    public long ValuesOffset { get; private set; }

    /// <summary>Bytes of the file that were passed.</summary>
    public long Offset => _next;

    public ReadOnlySpan<byte> Index => _buffer.AsSpan(DataSection.Bytes, _current.IndexBytes);

    /// <summary>Only if the reader was opened to read values.</summary>
    public ReadOnlySpan<byte> Values => _buffer.AsSpan(_current.ValuesStart, _current.ValueBytes);

    /// <summary>Checks both ends of the file against what the manifest says.</summary>
    public static DataFileReader Open(IDataFile file, in DataFileInfo info, int shard, Guid clusterId, bool values)
    {
        Span<byte> bytes = stackalloc byte[DataFileHeader.Bytes];
        var length = file.Length;
        if (length != info.Bytes)
            throw Damage(file, length, info.First, $"it is {length} bytes long where the manifest says {info.Bytes}");
        if (file.Read(0, bytes) < bytes.Length || !DataFileHeader.TryRead(bytes, out var header))
            throw Damage(file, 0, info.First, "its header is not valid");
        if (header != new DataFileHeader(shard, info.Id, info.First, clusterId))
            throw Damage(file, 0, info.First, "its header is that of another file");
        var footerAt = length - DataFileFooter.Bytes;
        bytes = bytes[..DataFileFooter.Bytes];
        if (footerAt < DataFileHeader.Bytes || file.Read(footerAt, bytes) < bytes.Length || !DataFileFooter.TryRead(bytes, out var footer))
            throw Damage(file, footerAt, info.Last, "its footer is not valid");
        if (footer.Id != info.Id || footer.Last != info.Last || footer.Entries != info.Entries || footer.FileBytes != length || footer.Sections < 0)
            throw Damage(file, footerAt, info.Last, "its footer is not what the manifest says");
        return new DataFileReader(file, info, footer, values);
    }

    /// <summary>Without a manifest that could contradict it.</summary>
    public static DataFileReader OpenAlone(IDataFile file, out DataFileHeader header)
    {
        Span<byte> bytes = stackalloc byte[DataFileHeader.Bytes];
        var length = file.Length;
        if (file.Read(0, bytes) < bytes.Length || !DataFileHeader.TryRead(bytes, out header))
            throw Damage(file, 0, Lsn.First, "its header is not valid");
        bytes = bytes[..DataFileFooter.Bytes];
        if (file.Read(Math.Max(0, length - bytes.Length), bytes) < bytes.Length || !DataFileFooter.TryRead(bytes, out var footer))
            throw Damage(file, Math.Max(0, length - bytes.Length), header.First, "its footer is not valid");
        return Open(file, new DataFileInfo(header.Id, header.First, footer.Last, Lsn.None, length, footer.Entries, 0), header.Shard, header.ClusterId, values: true);
    }

    /// <summary>The next section, verified. False at the end, which is verified too.</summary>
    public bool TryNext()
    {
        var end = _info.Bytes - DataFileFooter.Bytes;
        if (_next == end)
        {
            if (_section != Footer.Sections || _entries != Footer.Entries)
                throw Damage(_file, _next, _info.Last, "its sections are not what its footer says");
            return false;
        }

        Rent(DataSection.Bytes, keep: 0);
        if (end - _next < DataSection.Bytes || _file.Read(_next, _buffer.AsSpan(0, DataSection.Bytes)) < DataSection.Bytes
            || !DataSection.TryRead(_buffer.AsSpan(0, DataSection.Bytes), out _current)
            || _current.Length > end - _next || _current.Number != _section
            || _current.First < _info.First || _current.Last > _info.Last)
            throw Damage(_file, _next, _info.First, "no section begins here");
        var length = _values ? _current.Length : _current.ValuesStart;
        Rent(length, keep: DataSection.Bytes);
        if (_file.Read(_next + DataSection.Bytes, _buffer.AsSpan(DataSection.Bytes, length - DataSection.Bytes)) < length - DataSection.Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4)) != Crc32C.Compute(_buffer.AsSpan(8, _current.ValuesStart - 8)))
            throw Damage(_file, _next, _current.First, "the checksum of a section's index does not hold");
        if (_values && Crc32C.Compute(Values) != _current.ValueChecksum)
            throw Damage(_file, _next + _current.ValuesStart, _current.First, "the checksum of a section's values does not hold");
        ValuesOffset = _next + _current.ValuesStart;
        _next += _current.Length;
        _section++;
        _entries += _current.Entries;
        return true;
    }

    /// <summary>Takes the entry at the start of <paramref name="index"/>, a rest of <see cref="Index"/>.</summary>
    public DataEntry Take(ref ReadOnlySpan<byte> index)
    {
        if (!DataEntry.TryRead(index, _current, out var entry))
            throw Damage(_file, _next - _current.Length, _current.First, "an entry of a section's index cannot be read");
        index = index[entry.Length..];
        return entry;
    }

    /// <summary>The operation that an entry tells of; it must say the same.</summary>
    public KeyOperationView Operation(in DataEntry entry, out ReadOnlySpan<byte> bytes)
    {
        bytes = Values.Slice(entry.Offset, entry.OperationLength);
        if (!KeyOperationView.TryParse(bytes, out var operation) || operation.Length != bytes.Length || operation.Kind != KeyOperationKind.Put
            || operation.HasExpiry != entry.HasExpiry || operation.ExpiresAt != entry.ExpiresAt || !operation.Key.SequenceEqual(entry.Key))
            throw Damage(_file, ValuesOffset + entry.Offset, entry.Lsn, "a value is not what its index entry says");
        return operation;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static WalCorruptException Damage(IDataFile file, long offset, Lsn lsn, string reason) => new(file.Path, offset, lsn, reason);

    private void Rent(int length, int keep)
    {
        if (_buffer.Length >= length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, keep).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

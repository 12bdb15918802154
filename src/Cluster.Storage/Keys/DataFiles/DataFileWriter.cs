using System.Buffers;
using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>
/// Writes one data file, section by section, under a temporary name until it is whole and synced. One thread at a time. What a crash leaves
/// of it carries the temporary name, or is named by no manifest: the next opening deletes it.
/// </summary>
internal sealed class DataFileWriter : IDisposable
{
    private readonly StorageEnvironment _environment;
    private readonly string _folder;
    private readonly string _temporary;
    private readonly Lsn _first;
    private readonly IDataFile _file;
    private byte[] _index = ArrayPool<byte>.Shared.Rent(DataSection.TargetBytes);
    private byte[] _values = ArrayPool<byte>.Shared.Rent(2 * DataSection.TargetBytes);
    private int _indexLength = DataSection.Bytes;
    private int _valuesLength;
    private int _sectionEntries;
    private Lsn _sectionFirst;
    private Lsn _sectionLast;
    private int _sections;
    private long _entries;
    private long _tombstones;
    private long _valueBytes;
    private long _synced;
    private uint _checksum = ~0u;

    public DataFileWriter(StorageEnvironment environment, string folder, in DataFileHeader header)
    {
        _environment = environment;
        _folder = folder;
        _first = header.First;
        Id = header.Id;
        _temporary = Path.Combine(folder, FormattableString.Invariant($"{DataFileInfo.Prefix}{header.Id:x16}{StateFile.TemporarySuffix}"));
        _file = environment.Files.Open(_temporary, FileOpening.Replace);
        Span<byte> bytes = stackalloc byte[DataFileHeader.Bytes];
        header.Write(bytes);
        try
        {
            Write(bytes);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public ulong Id { get; }

    /// <summary>Bytes in the file; a section that is being filled counts once it is written.</summary>
    public long Written { get; private set; }

    /// <summary>Of these, not synced yet.</summary>
    public long Unsynced => Written - _synced;

    /// <summary>The file's length if it ended now.</summary>
    public long Length => Written + _indexLength + _valuesLength + DataFileFooter.Bytes;

    public long Entries => _entries;

    public void AddPut(Lsn lsn, in KeyOperationView operation, ReadOnlySpan<byte> bytes)
    {
        var kind = operation.HasExpiry ? DataEntryKind.PutWithExpiry : DataEntryKind.Put;
        Add(kind, lsn, operation.Key, bytes.Length, operation.ExpiresAt);
        if (_valuesLength + bytes.Length > _values.Length)
            Grow(ref _values, _valuesLength, _valuesLength + bytes.Length);
        bytes.CopyTo(_values.AsSpan(_valuesLength));
        _valuesLength += bytes.Length;
        _valueBytes += bytes.Length;
        WriteSectionIfFull();
    }

    public void AddTombstone(Lsn lsn, ReadOnlySpan<byte> key)
    {
        Add(DataEntryKind.Tombstone, lsn, key, 0, 0);
        _tombstones++;
        WriteSectionIfFull();
    }

    /// <summary>Makes durable what is in the file, so that the last sync is a short one.</summary>
    public void Sync()
    {
        _file.Sync();
        _synced = Written;
    }

    /// <summary>
    /// Ends the file, syncs it and gives it its name; the caller syncs the folder. It covers everything up to <paramref name="last"/>.
    /// </summary>
    public DataFileInfo Finish(Lsn last, Lsn cleanThrough)
    {
        WriteSection();
        var length = Written + DataFileFooter.Bytes;
        Span<byte> bytes = stackalloc byte[DataFileFooter.Bytes];
        new DataFileFooter(Id, last, _sections, _entries, _tombstones, _valueBytes, length).Write(bytes);
        Write(bytes);
        _environment.CrashPoints.Reached("merge.data-written");
        Sync();
        _environment.CrashPoints.Reached("merge.data-synced");
        var info = new DataFileInfo(Id, _first, last, cleanThrough, length, _entries, ~_checksum);
        _environment.Files.Rename(_temporary, Path.Combine(_folder, info.Name));
        _environment.CrashPoints.Reached("merge.data-renamed");
        Dispose();
        return info;
    }

    /// <summary>Removes what was begun; what cannot be removed the next opening removes.</summary>
    public void Abandon()
    {
        Dispose();
        try
        {
            _environment.Files.Delete(_temporary);
        }
        catch (StorageFailedException)
        {
            // A temporary name means nothing to an opening: it removes the file.
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_index.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_index);
        ArrayPool<byte>.Shared.Return(_values);
        _index = _values = [];
    }

    private void Add(DataEntryKind kind, Lsn lsn, ReadOnlySpan<byte> key, int operationLength, long expiresAt)
    {
        var length = DataEntry.LengthOf(kind, key.Length);
        if (_indexLength + length > _index.Length)
            Grow(ref _index, _indexLength, _indexLength + length);
        DataEntry.Write(_index.AsSpan(_indexLength), kind, key, operationLength == 0 ? 0 : _valuesLength, operationLength, lsn, expiresAt);
        _indexLength += length;
        if (_sectionEntries++ == 0)
            _sectionFirst = lsn;
        _sectionLast = lsn;
        _entries++;
    }

    private static void Grow(ref byte[] buffer, int used, int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * buffer.Length));
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private void WriteSectionIfFull()
    {
        if (_valuesLength >= DataSection.TargetBytes || _indexLength >= DataSection.TargetBytes)
            WriteSection();
    }

    private void WriteSection()
    {
        if (_sectionEntries == 0)
            return;
        var values = _values.AsSpan(0, _valuesLength);
        var head = _index.AsSpan(0, _indexLength);
        new DataSection(_sections, _sectionEntries, _indexLength - DataSection.Bytes, _valuesLength, Crc32C.Compute(values), _sectionFirst, _sectionLast).Write(head);
        Write(head);
        Write(values);
        _sections++;
        _sectionEntries = 0;
        _indexLength = DataSection.Bytes;
        _valuesLength = 0;
        _environment.CrashPoints.Reached("merge.section-written");
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(Written, bytes);
        _checksum = Crc32C.Update(_checksum, bytes);
        Written += bytes.Length;
    }
}

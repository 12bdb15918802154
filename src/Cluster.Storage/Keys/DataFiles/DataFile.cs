using Cluster.Storage.Files;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>
/// One data file as this process knows it. Never changes; readers on any thread hold it with <see cref="TryAcquire"/>: it stays readable, although it
/// may be unlinked, until the last lets go.
/// </summary>
internal sealed class DataFile(uint number, DataFileInfo info, long valueBytes, long tombstones, IDataFile file)
{
    /// <summary>Set in the numbers of data files, not in those of segments: a place tells by its number where it lies.</summary>
    public const uint NumberFlag = 0x8000_0000;

    private ReferenceCount _references = new();

    /// <summary>Never used again for another file of this process.</summary>
    public uint Number => number;

    public DataFileInfo Info => info;

    /// <summary>Bytes of the operations that put a value.</summary>
    public long ValueBytes => valueBytes;

    public long Tombstones => tombstones;

    public IDataFile File => file;

    public bool TryAcquire() => _references.TryAdd();

    public void Release()
    {
        if (_references.RemoveIsLast())
            file.Dispose();
    }
}

using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys;

/// <summary>Where values lie: in the log's segments, and in data files once they were merged. The file's number tells which. Any thread.</summary>
internal sealed class ValueFiles(ShardLog log, DataFileTable data)
{
    /// <summary>Copies a part of an operation, from memory or from its file. May block. False: its place is gone, look the key up again.</summary>
    public bool TryRead(ValueLocation location, int offset, Span<byte> destination)
    {
        if (!IsData(location))
            return log.TryReadAt(InLog(location), offset, destination);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(offset + destination.Length), (uint)location.Length, nameof(offset));
        var file = data.Acquire(location.File);
        if (file is null)
            return false;
        try
        {
            return file.File.Read(location.Offset + (long)offset, destination) == destination.Length;
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>As <see cref="TryRead"/>, but false if it is not in memory. Never blocks.</summary>
    public bool TryReadFromMemory(ValueLocation location, int offset, Span<byte> destination) =>
        !IsData(location) && log.TryReadFromBuffer(InLog(location), offset, destination);

    /// <summary>Null: the place is gone, look the key up again.</summary>
    public ValuePin? TryPin(ValueLocation location) => ValuePin.TryTake(log, data, location);

    public static bool IsData(ValueLocation location) => (location.File & DataFile.NumberFlag) != 0;

    private static RecordLocation InLog(ValueLocation location) => new((int)location.File, location.Offset, location.Length);
}

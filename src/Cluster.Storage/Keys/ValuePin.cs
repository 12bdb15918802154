using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys;

/// <summary>
/// The file that one value lies in, held: the value can be read until the pin is let go, although its record is superseded, merged or released
/// meanwhile. Only a cut takes it away, and that never of a committed value. Any thread, one at a time.
/// </summary>
internal sealed class ValuePin : IDisposable
{
    private readonly ShardLog _log;
    private readonly ValueLocation _location;
    private readonly RecordLocation _inLog;
    private Segment? _segment;
    private DataFile? _data;

    private ValuePin(ShardLog log, ValueLocation location, Segment? segment, DataFile? data)
    {
        _log = log;
        _location = location;
        _inLog = new RecordLocation((int)location.File, location.Offset, location.Length);
        _segment = segment;
        _data = data;
    }

    /// <summary>Null: the place is gone, look the key up again.</summary>
    public static ValuePin? TryTake(ShardLog log, DataFileTable data, ValueLocation location)
    {
        var file = ValueFiles.IsData(location) ? data.Acquire(location.File) : null;
        var segment = ValueFiles.IsData(location) ? null : log.AcquireSegment((int)location.File);
        return file is null && segment is null ? null : new ValuePin(log, location, segment, file);
    }

    /// <summary>Copies a part of the operation. Blocks. False: its record was cut.</summary>
    public bool TryRead(int offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(offset + destination.Length), (uint)_location.Length, nameof(offset));
        if (_data is { } data)
            return data.File.Read(_location.Offset + (long)offset, destination) == destination.Length;
        ObjectDisposedException.ThrowIf(_segment is null, this);
        return _log.TryReadFromBuffer(_inLog, offset, destination)
            || (_segment.File is { } file
                && _location.Offset + (long)_location.Length <= _segment.WrittenBytes
                && file.Read(_location.Offset + (long)offset, destination) == destination.Length);
    }

    public void Dispose()
    {
        _segment?.Release();
        _data?.Release();
        _segment = null;
        _data = null;
    }
}

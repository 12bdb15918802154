using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>What the state file of a shard folder says (docs/formats/shard-state.md).</summary>
internal readonly record struct ShardState(
    int Shard,
    Guid ClusterId,
    Guid BootId,
    FsyncMode Fsync,
    bool ClosedCleanly,
    bool Doubtful,
    Lsn Synced,
    Lsn Commit)
{
    public const uint Magic = 0x32534C43; // "CLS2"
    public const int Bytes = 128;
    public const ushort Version = 1;

    /// <summary>
    /// Acknowledged records may be missing when a process under that boot id takes over: it was said before, or the mode was weak and the
    /// machine has rebooted without a clean close.
    /// </summary>
    public bool IsDoubtfulAfter(Guid bootId) => Doubtful || (Fsync != FsyncMode.Always && !ClosedCleanly && BootId != bootId);

    private const byte CleanFlag = 1;
    private const byte DoubtFlag = 2;

    public void Write(Span<byte> target, ulong sequence)
    {
        target = target[..Bytes];
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Version);
        target[10] = (byte)Fsync;
        target[11] = (byte)((ClosedCleanly ? CleanFlag : 0) | (Doubtful ? DoubtFlag : 0));
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Shard);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], sequence);
        MemoryMarshal.Write(target[24..], ClusterId);
        MemoryMarshal.Write(target[40..], BootId);
        BinaryPrimitives.WriteInt64LittleEndian(target[56..], Synced.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], Commit.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(target[8..]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out ShardState state, out ulong sequence)
    {
        state = default;
        sequence = 0;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(source[8..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Compute(source[8..Bytes]))
            return false;
        sequence = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]);
        state = new ShardState(
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            MemoryMarshal.Read<Guid>(source[24..]),
            MemoryMarshal.Read<Guid>(source[40..]),
            (FsyncMode)source[10],
            (source[11] & CleanFlag) != 0,
            (source[11] & DoubtFlag) != 0,
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[56..])),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[64..])));
        return true;
    }
}

/// <summary>
/// Two places in one file, written in turn and in place: the newest valid one counts, so a torn write costs at most the newest. Cheap
/// enough to be written every second. The file also marks a folder as completely created.
/// </summary>
internal sealed class ShardStateFile : IDisposable
{
    public const string FileName = "shard.state";

    /// <summary>Far enough apart that no device writes both at once.</summary>
    private const int PlaceBytes = 4096;

    private readonly IDataFile _file;
    private readonly byte[] _buffer = new byte[ShardState.Bytes];
    private ulong _sequence;

    private ShardStateFile(IDataFile file) => _file = file;

    public ShardState Current { get; private set; }

    public string Path => _file.Path;

    /// <summary>Creates the file in a folder that is still being made; the caller syncs the folder.</summary>
    public static void Create(IFileLayer files, string folder, in ShardState state)
    {
        using var file = files.Open(System.IO.Path.Combine(folder, FileName), FileOpening.Replace);
        var both = new byte[2 * PlaceBytes];
        state.Write(both, 1);
        state.Write(both.AsSpan(PlaceBytes), 2);
        file.Write(0, both);
        file.Sync();
    }

    public static ShardStateFile Open(IFileLayer files, string folder)
    {
        var file = files.Open(System.IO.Path.Combine(folder, FileName), FileOpening.Write);
        try
        {
            var result = new ShardStateFile(file);
            result.Read();
            return result;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads it without a change; for a folder that is examined.</summary>
    public static ShardState Peek(IFileLayer files, string folder)
    {
        using var file = new ShardStateFile(files.Open(System.IO.Path.Combine(folder, FileName), FileOpening.Read));
        file.Read();
        return file.Current;
    }

    public void Save(in ShardState state)
    {
        state.Write(_buffer, _sequence + 1);
        _file.Write((long)((_sequence + 1) % 2) * PlaceBytes, _buffer);
        _file.Sync();
        _sequence++;
        Current = state;
    }

    public void Dispose() => _file.Dispose();

    private void Read()
    {
        var found = false;
        Span<byte> place = stackalloc byte[ShardState.Bytes];
        for (var i = 0; i < 2; i++)
        {
            var count = _file.Read(i * PlaceBytes, place);
            if (!ShardState.TryRead(place[..count], out var state, out var sequence) || (found && sequence <= _sequence))
                continue;
            Current = state;
            _sequence = sequence;
            found = true;
        }

        if (!found)
            throw new StateFileException(_file.Path, "neither of its two places is valid");
    }
}

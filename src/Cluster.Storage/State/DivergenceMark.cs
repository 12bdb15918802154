using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Files;

namespace Cluster.Storage.State;

/// <summary>
/// That a replica's log has another history than its leader's, and how that was found: <c>diverged.state</c> in the shard's folder
/// (docs/formats/divergence-mark.md). A replica with the mark takes part in nothing; the mark leaves with the folder, when that is set aside.
/// A crash before it is durable leaves a replica without one, which finds the same again with its next pull from a leader whose log differs;
/// it may have been elected meanwhile. A mark that cannot be read does not let the shard open.
/// </summary>
/// <param name="Lsn">The record at which the digests differ, or the one after which the leader asked to cut.</param>
/// <param name="OwnDigest">Equal to the leader's if a cut below the commit LSN was asked for.</param>
/// <param name="LeaderDigest">The leader's there.</param>
/// <param name="Leader">Whose log it was; empty: not known.</param>
public sealed record DivergenceMark(Lsn Lsn, ulong OwnDigest, ulong LeaderDigest, Guid Leader)
{
    public const string FileName = "diverged.state";
    public const ushort Version = 1;
    public const int ContentBytes = 40;

    /// <summary>"CLUSTDM1".</summary>
    public const ulong Magic = 0x314D4454_53554C43;

    /// <summary>Null if there is none.</summary>
    public static DivergenceMark? Read(IFileLayer files, string folder)
    {
        var path = Path.Combine(folder, FileName);
        var content = StateFile.Read(files, path, Magic, Version, out _);
        if (content is null)
            return null;
        if (content.Length != ContentBytes)
            throw new StateFileException(path, $"its content is {content.Length} bytes long");
        return new DivergenceMark(
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(content)),
            BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(8)),
            BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(16)),
            MemoryMarshal.Read<Guid>(content.AsSpan(24)));
    }

    /// <summary>Durable when it returns. Blocks on the disk.</summary>
    public void Write(IFileLayer files, string folder)
    {
        Span<byte> content = stackalloc byte[ContentBytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, Lsn.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(content[8..], OwnDigest);
        BinaryPrimitives.WriteUInt64LittleEndian(content[16..], LeaderDigest);
        MemoryMarshal.Write(content[24..], Leader);
        StateFile.Write(files, Path.Combine(folder, FileName), Magic, Version, content);
    }
}

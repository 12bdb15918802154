using System.Buffers.Binary;
using Cluster.Storage.Files;
using Cluster.Storage.Keys.Hints;

namespace Cluster.Storage.Tests.Model;

/// <summary>Makes a whole hint say something else than its segment: the last value that it knows becomes a delete.</summary>
internal static class HintForger
{
    public static void Forge(IDataFile file)
    {
        var bytes = new byte[(int)file.Length];
        if (file.Read(0, bytes) < HintHeader.Bytes + HintReader.BlockHeadBytes)
            return;
        var block = bytes.AsSpan(HintHeader.Bytes);
        var entries = block[HintReader.BlockHeadBytes..][..BinaryPrimitives.ReadInt32LittleEndian(block)];
        var chosen = -1;
        for (var at = 0; at < entries.Length;)
        {
            if ((HintKind)entries[at] is HintKind.Put or HintKind.PutWithExpiry)
                chosen = at;
            at += HintEntry.HeadBytes + BinaryPrimitives.ReadInt32LittleEndian(entries[(at + 4)..]);
        }

        if (chosen < 0)
            return;
        entries[chosen] = (byte)HintKind.Delete;
        entries.Slice(chosen + 8, 8).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], HintWriter.Checksum(0, entries));
        file.Write(0, bytes);
    }
}

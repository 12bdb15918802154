using Cluster.Storage.Checksums;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

/// <summary>Single bits that change in a snapshot on its way or on the disk that received it. Short in the normal run, any number elsewhere.</summary>
internal static class SnapshotFlips
{
    /// <summary>A flipped bit of a chunk makes it no chunk.</summary>
    public static void InStream(int flips, int seed)
    {
        using var source = ReplicaBench.Merged(seed, 120, out _);
        using var lease = source.Lease();
        var chunks = ReplicaBench.Chunks(lease, 700);
        var random = new Random(seed);
        for (var i = 0; i < flips; i++)
        {
            var chunk = chunks[random.Next(chunks.Count)];
            var bit = random.Next(chunk.Length * 8);
            chunk[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.False(SnapshotChunk.TryRead(chunk, out _), $"seed {seed}, flip {i}, bit {bit}");
            chunk[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }

    /// <summary>A flipped bit of a file that was received keeps the snapshot from being installed, and the old replica stays as it is.</summary>
    public static void OnDisk(int flips, int seed)
    {
        using var source = ReplicaBench.Merged(seed, 120, out _);
        using var lease = source.Lease();
        using var replica = ReplicaBench.Filled(seed + 1, 10);
        replica.Close();
        using (var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions()))
        {
            foreach (var chunk in ReplicaBench.Chunks(lease, 4000))
                receiver.Accept(chunk);
            Assert.True(receiver.IsComplete);
        }

        var options = replica.ReceiveOptions();
        var files = replica.Bench.Files;
        var incoming = SnapshotFolder.Incoming(LogBench.Folder);
        var paths = files.ListFiles(incoming).Select(name => Path.Combine(incoming, name)).Order(StringComparer.Ordinal).ToArray();
        var random = new Random(seed);
        for (var i = 0; i < flips; i++)
        {
            // The small files as often as the large ones.
            var path = paths[random.Next(paths.Length)];
            var bit = random.NextInt64(files.ReadAll(path).Length * 8L);
            files.FlipBit(path, bit);
            var error = Record.Exception(() => SnapshotInstall.Run(options, OldReplica.Replace));
            Assert.True(error is SnapshotException or StateFileException, $"seed {seed}, flip {i}, {path} bit {bit}: {error?.ToString() ?? "installed"}");
            Assert.Contains(Path.GetFileName(path), error!.Message);
            files.FlipBit(path, bit);
        }

        Assert.Equal([SnapshotFolder.Incoming(LogBench.Folder), LogBench.Folder], files.ListFolders(LogBench.Root).Select(name => Path.Combine(LogBench.Root, name)).OrderDescending());
        SnapshotInstall.Run(options, OldReplica.Replace);
        Assert.Equal(source.State(), replica.Open().State());
    }

    /// <summary>Bytes from anywhere are refused in the way that the decoder promises, and cost no more memory than they are long.</summary>
    public static void Fuzz(int inputs, int seed)
    {
        using var source = ReplicaBench.Merged(seed, 75, out _);
        using var lease = source.Lease(new SnapshotOptions { Sections = [new SnapshotSection(3, new byte[40]), new SnapshotSection(9, new byte[5])] });
        var manifest = lease.Manifest.Encode();
        var chunk = ReplicaBench.Chunks(lease, 200)[2];
        var random = new Random(seed);
        for (var i = 0; i < inputs; i++)
        {
            var isChunk = random.Next(2) == 0;
            var bytes = Mutate(isChunk ? chunk : manifest, random, sealedAgain: !isChunk);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (isChunk)
            {
                Assert.True(!SnapshotChunk.TryRead(bytes, out var parsed) || parsed.Content.Length == bytes.Length - SnapshotChunk.HeaderBytes);
            }
            else
            {
                try
                {
                    SnapshotManifest.Decode(bytes).Encode();
                }
                catch (SnapshotException)
                {
                }
            }

            // An exception with its stack costs a few KiB whatever the input.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000 + (16L * bytes.Length));
        }
    }

    private static byte[] Mutate(byte[] original, Random random, bool sealedAgain)
    {
        var bytes = random.Next(20) == 0 ? new byte[random.Next(2 * original.Length)] : (byte[])original.Clone();
        if (random.Next(10) == 0)
            Array.Resize(ref bytes, random.Next(original.Length + 50));
        for (var n = random.Next(1, 6); n > 0 && bytes.Length > 0; n--)
        {
            var at = random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(bytes.Length, 160));
            bytes[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
        }

        if (!sealedAgain || bytes.Length < SnapshotManifestCodec.HeaderBytes || random.Next(8) == 0)
            return bytes;

        // A checksum that holds does not make anything else true.
        original.AsSpan(0, 10).CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(12), bytes.Length);
        var checksum = ~Crc32C.Update(Crc32C.Update(~0u, bytes.AsSpan(0, 16)), bytes.AsSpan(20));
        BitConverter.TryWriteBytes(bytes.AsSpan(16), checksum);
        return bytes;
    }
}

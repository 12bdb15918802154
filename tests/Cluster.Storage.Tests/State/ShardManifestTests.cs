using Cluster.Storage.Files;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.State;

public sealed class ShardManifestTests
{
    internal static ShardManifest Sample { get; } = new()
    {
        Shard = 7,
        ClusterId = LogBench.ClusterId,
        MergedThrough = new Lsn(500),
        RegardedCommit = new Lsn(712),
        Digest = 0x1122334455667788,
        LastTerm = new Term(9),
        LastTimestamp = 1_700_000_000_000_000,
        Files = [new DataFileInfo(0xABCD, new Lsn(1), new Lsn(320), new Lsn(600), 70_000, 12, 0x12345678), new DataFileInfo(3, new Lsn(321), new Lsn(500), new Lsn(700), 4096, 0, 1)],
        Terms = [new TermStart(new Term(1), new Lsn(1)), new TermStart(new Term(9), new Lsn(44))],
        Controls =
        [
            new ControlRecord(RecordKind.Configuration, new Lsn(2), new Term(1), 17, new byte[] { 1, 2, 3 }),
            new ControlRecord(RecordKind.Topology, new Lsn(99), new Term(9), 18, Array.Empty<byte>()),
        ],
    };

    [Fact]
    public void What_was_written_is_not_what_is_read()
    {
        var bench = new LogBench(1);
        bench.Files.CreateFolder(LogBench.Folder);
        Assert.Null(ShardManifestFile.Read(bench.Files, LogBench.Folder));
        ShardManifestFile.Write(bench.Files, LogBench.Folder, Sample);
        var found = ShardManifestFile.Read(bench.Files, LogBench.Folder)!;
        Assert.Equal(ShardManifestCodec.Encode(Sample), ShardManifestCodec.Encode(found));
        Assert.Equal(Sample.Files, found.Files);
        Assert.Equal(Sample.Terms, found.Terms);
        Assert.Equal(new byte[] { 1, 2, 3 }, found.Control(RecordKind.Configuration)!.Payload.ToArray());
        Assert.Equal(new Term(9), found.Timeline().TermAt(new Lsn(44)));
        Assert.Equal("data-0000000000000001-0000000000000140-000000000000abcd.dat", found.Files[0].Name);
    }

    [Fact]
    public void A_flipped_bit_reads_as_another_manifest_or_as_none()
    {
        var bench = new LogBench(1);
        bench.Files.CreateFolder(LogBench.Folder);
        ShardManifestFile.Write(bench.Files, LogBench.Folder, Sample);
        using var file = bench.Files.Open(Path.Combine(LogBench.Folder, ShardManifestFile.FileName), FileOpening.Write);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            file.Write(bit / 8, bytes.AsSpan(bit / 8, 1));
            Assert.Throws<StateFileException>(() => ShardManifestFile.Read(bench.Files, LogBench.Folder));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            file.Write(bit / 8, bytes.AsSpan(bit / 8, 1));
        }

        Assert.NotNull(ShardManifestFile.Read(bench.Files, LogBench.Folder));
    }

    [Fact]
    public void A_part_of_a_newer_version_is_read_over()
    {
        var newer = Sample with { Sections = [new ManifestSection((ManifestSectionKind)9999, new byte[] { 1 })] };
        var error = Assert.Throws<StateFileException>(() => ShardManifestCodec.Decode(ShardManifestCodec.Encode(newer), "m"));
        Assert.Contains("9999 is of a newer version than this program, which knows version 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_breaks_its_rules_is_believed()
    {
        var first = Sample.Files[0];
        var broken = new[]
        {
            Sample with { RegardedCommit = new Lsn(499) },
            Sample with { MergedThrough = new Lsn(-1) },
            Sample with { Files = [Sample.Files[1], first] },
            Sample with { Files = [first with { Last = new Lsn(321) }, Sample.Files[1]] },
            Sample with { Files = [first with { Last = new Lsn(501) }] },
            Sample with { Files = [first with { CleanThrough = new Lsn(713) }] },
            Sample with { Files = [first with { Entries = -1 }] },
            Sample with { Terms = [Sample.Terms[1], Sample.Terms[0]] },
            Sample with { Terms = [] },
            Sample with { Terms = [Sample.Terms[0], new TermStart(new Term(9), new Lsn(501))] },
            Sample with { Controls = [Sample.Controls[0], Sample.Controls[0]] },
            Sample with { Controls = [Sample.Controls[0] with { Kind = RecordKind.Keys }] },
            Sample with { Controls = [Sample.Controls[0] with { Lsn = new Lsn(501) }] },
        };
        foreach (var manifest in broken)
            Assert.Throws<StateFileException>(() => ShardManifestCodec.Decode(ShardManifestCodec.Encode(manifest), "m"));
    }

    [Fact]
    public void Random_bytes_end_in_anything_but_the_typed_error()
    {
        var random = new Random(5);
        var sample = ShardManifestCodec.Encode(Sample);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = sample.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var shortened = bytes.AsSpan(0, random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length);
            try
            {
                ShardManifestCodec.Decode(shortened, "m");
            }
            catch (StateFileException)
            {
            }
        }
    }
}

using System.Text;
using Cluster.Storage.Archive.Layout;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

public sealed class ArchiveDocumentTests
{
    /// <summary>CLUSTER_FUZZ_INPUTS sets how many.</summary>
    [Fact]
    public void A_changed_side_object_is_read_or_breaks_the_reader()
    {
        var inputs = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_FUZZ_INPUTS"), out var asked) ? asked : 300;
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        var random = new Random(5);
        var documents = bench.Store.Objects.Where(static item => ArchiveNames.KindOf(item.Key) is not ArchiveNameKind.Data).ToList();
        for (var i = 0; i < inputs; i++)
        {
            var (name, sound) = documents[random.Next(documents.Count)];
            var below = name[ArchiveBench.Root.Path.Length..];
            var changed = (byte[])sound.Clone();
            var sealAgain = random.Next(2) == 0;
            for (var times = random.Next(1, 4); times > 0; times--)
                changed[random.Next(sealAgain ? changed.Length - 66 : changed.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "0123456789-,[]{}\":x"[random.Next(19)]);
            if (sealAgain)
                changed = [.. changed[..^65], .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(changed.AsSpan(..^65)))), (byte)'\n'];
            if (changed.AsSpan().SequenceEqual(sound))
                continue;
            try
            {
                Read(changed, below);
                Assert.True(sealAgain, $"input {i}: {below} was changed and is believed");
            }
            catch (ArchiveException)
            {
                // Refused by name.
            }
        }
    }

    [Fact]
    public void People_cannot_check_a_side_object_with_what_every_system_has()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        var text = Encoding.UTF8.GetString(bench.Store.Objects.First(static item => item.Key.EndsWith(".seg.side", StringComparison.Ordinal)).Value);
        var lines = text.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal(lines[1], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(lines[0] + "\n"))));
        Assert.StartsWith("""{"format":"cluster-archive-side","version":1,"kind":"segment","object":"shard-""", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cluster-0000000000000001.info", ArchiveNameKind.Info)]
    [InlineData("shard-0/0000000000000001/wal-0000000000000001-0000000000000002.seg.lz4.age", ArchiveNameKind.Data)]
    [InlineData("shard-0/0000000000000001/wal-0000000000000001-0000000000000002.seg.lz4.age.side", ArchiveNameKind.Side)]
    [InlineData("tails/x/1.tail.age", ArchiveNameKind.Data)]
    [InlineData("notes.txt", ArchiveNameKind.Unknown)]
    [InlineData("notes.age", ArchiveNameKind.Unknown)]
    public void A_name_is_taken_for_another_kind(string name, ArchiveNameKind kind) => Assert.Equal(kind, ArchiveNames.KindOf(name));

    private static void Read(byte[] bytes, string name)
    {
        switch (ArchiveNames.KindOf(name))
        {
            case ArchiveNameKind.Lease:
                ArchiveLeaseDocument.Decode(bytes, name);
                break;
            case ArchiveNameKind.Info:
                ArchiveInfo.Decode(bytes, name);
                break;
            default:
                ArchiveObjectCodec.Decode(bytes, name);
                break;
        }
    }
}

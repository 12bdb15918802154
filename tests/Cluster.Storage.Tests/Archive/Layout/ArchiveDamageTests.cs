using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Restore;
using Cluster.Storage.Archive.Verify;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

/// <summary>A small archive and everything that may happen to one object of it, to all in turn.</summary>
public sealed class ArchiveDamageTests
{
    private const ArchiveEncoding Both = ArchiveEncoding.Lz4 | ArchiveEncoding.Age;

    [Theory]
    [InlineData(ArchiveEncoding.Plain)]
    [InlineData(ArchiveEncoding.Lz4)]
    [InlineData(Both)]
    public async Task A_sound_archive_is_called_damaged_or_is_not_what_was_committed(ArchiveEncoding encoding)
    {
        var bench = ArchiveBench.Small(encoding);
        var verified = await bench.VerifyAsync();
        Assert.Equal([ArchiveFindingKind.RecordedGap], verified.Findings.Select(static finding => finding.Kind));
        Assert.True(verified.IsSound);
        Assert.Equal((0, 10), (verified.HashesOnly, verified.Objects));

        var plan = RestorePlanner.Plan(verified.Shards, RestoreTarget.Latest);
        Assert.True(plan.IsPossible);
        AssertComplete(bench, await bench.RestoreAsync(plan));
        Assert.Equal(ArchiveBench.Small(encoding).Store.Objects.Keys, bench.Store.Objects.Keys);
    }

    [Fact]
    public async Task Without_an_identity_it_is_not_said_that_only_hashes_were_compared()
    {
        var bench = ArchiveBench.Small(Both);
        var verified = await bench.VerifyAsync(identity: false);
        Assert.True(verified.IsSound);
        Assert.Equal(9, verified.HashesOnly);

        // Nothing of a record is readable.
        var plain = bench.Shards[0].Record(new Lsn(100))[RecordFormat.HeaderBytes..].ToArray();
        Assert.True(plain.Length > 16);
        Assert.DoesNotContain(bench.Store.Objects.Values, content => content.AsSpan().IndexOf(plain) >= 0);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("flip")]
    [InlineData("truncate")]
    [InlineData("lengthen")]
    [InlineData("swap")]
    [InlineData("duplicate")]
    public async Task Damage_to_one_object_is_not_named_or_a_restore_uses_it(string damage)
    {
        var sound = ArchiveBench.Small(damage == "flip" ? Both : ArchiveEncoding.Lz4);
        var names = sound.Store.Objects.Keys.ToList();
        var random = new Random(1);
        foreach (var name in names)
        {
            var bench = new ArchiveBench(sound.Store.Copy(), sound.Shards);
            var touched = Damage(bench, damage, name, names, random);
            var verified = await bench.VerifyAsync();
            foreach (var one in touched)
                Assert.True(verified.Findings.Any(finding => Names(finding, one)), $"{damage} {one} is not named: {string.Join("; ", verified.Findings)}");

            // Whatever is restored is what was committed; what cannot be is a finding, a hole or a problem.
            var plan = RestorePlanner.Plan(verified.Shards, RestoreTarget.Latest);
            var ends = await bench.RestoreAsync(plan);
            if (verified.IsSound && plan.IsPossible)
                AssertComplete(bench, ends);
            foreach (var (shard, history) in bench.Shards)
            {
                if (!ends.TryGetValue(shard, out var end) || end < history.Last)
                    Assert.True(verified.Findings.Any(static finding => finding.Kind is ArchiveFindingKind.Hole or ArchiveFindingKind.NoStart or ArchiveFindingKind.Unconfirmed), $"{damage} {name}: {shard} ends with {(ends.TryGetValue(shard, out var at) ? at : default)} in silence");
            }
        }
    }

    /// <summary>An object and what tells of it both gone: what is missing can only be seen from the others.</summary>
    [Fact]
    public async Task An_object_that_is_gone_with_its_side_object_leaves_a_silent_gap()
    {
        var sound = ArchiveBench.Small(ArchiveEncoding.Lz4);
        foreach (var side in sound.Store.Objects.Keys.Where(static name => name.EndsWith(ArchiveNames.SideSuffix, StringComparison.Ordinal)).ToList())
        {
            var bench = new ArchiveBench(sound.Store.Copy(), sound.Shards);
            var stem = side[..^ArchiveNames.SideSuffix.Length];
            foreach (var name in sound.Store.Objects.Keys.Where(name => name.StartsWith(stem, StringComparison.Ordinal)))
                bench.Store.Place(name, null);
            var verified = await bench.VerifyAsync();
            var plan = RestorePlanner.Plan(verified.Shards, RestoreTarget.Latest);
            var ends = await bench.RestoreAsync(plan);
            foreach (var (shard, history) in bench.Shards)
            {
                var isWhole = ends.TryGetValue(shard, out var end) && end == history.Last;
                Assert.True(isWhole || verified.Findings.Any(finding => finding.Kind is ArchiveFindingKind.Hole && finding.Name == ArchiveNames.Shard(shard)), $"{side}: {shard}");
            }
        }
    }

    [Fact]
    public async Task A_side_object_that_was_forged_with_its_checksum_is_believed()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Lz4);
        var name = bench.Store.Objects.Keys.First(static name => name.Contains("/shard-0/", StringComparison.Ordinal) && name.EndsWith(".seg.lz4.side", StringComparison.Ordinal));
        var below = name[ArchiveBench.Root.Path.Length..];
        var value = ArchiveObjectCodec.Decode(bench.Store.Objects[name], below);
        var range = value.Ranges[0];
        bench.Store.Place(name, ArchiveObjectCodec.Encode(value with { Ranges = [range with { LastTime = range.LastTime + 1 }] }));
        Assert.Contains((await bench.VerifyAsync()).Findings, finding => finding.Kind == ArchiveFindingKind.Contradicted && finding.Name == value.Name);
    }

    [Fact]
    public async Task Another_content_under_an_objects_name_is_overwritten()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        var before = bench.Store.Objects;
        bench.Segment(0, ArchiveBench.NodeA, 1, 60, ArchiveEncoding.Plain);
        var name = before.Keys.First(static name => name.EndsWith(".seg", StringComparison.Ordinal) && name.Contains("/shard-0/", StringComparison.Ordinal));
        bench.Store.Place(name, [1, 2, 3]);
        var error = Assert.Throws<ArchiveException>(() => bench.Segment(0, ArchiveBench.NodeA, 1, 60, ArchiveEncoding.Plain));
        Assert.Equal(name[ArchiveBench.Root.Path.Length..], error.Name);
        Assert.Equal([1, 2, 3], bench.Store.Objects[name]);
    }

    private static List<string> Damage(ArchiveBench bench, string damage, string name, List<string> names, Random random)
    {
        var content = (byte[])bench.Store.Objects[name].Clone();
        switch (damage)
        {
            case "delete":
                bench.Store.Place(name, null);
                return [name];
            case "flip":
                content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                bench.Store.Place(name, content);
                return [name];
            case "truncate":
                bench.Store.Place(name, content[..random.Next(content.Length)]);
                return [name];
            case "lengthen":
                bench.Store.Place(name, [.. content, 0]);
                return [name];
            case "swap":
                var other = names[(names.IndexOf(name) + 2) % names.Count];
                bench.Store.Place(name, bench.Store.Objects[other]);
                bench.Store.Place(other, content);
                return [name, other];
            default:
                var copy = name.Insert(ArchiveBench.Root.Path.Length, "copy-");
                bench.Store.Place(copy, content);
                return [copy];
        }
    }

    private static bool Names(ArchiveFinding finding, string full)
    {
        var name = full[ArchiveBench.Root.Path.Length..];
        if (finding.Name == name)
            return true;

        // A lost side object is told by the content that it told of; a lost gap is a hole; without a lease or the cluster's object nothing confirms the end.
        return ArchiveNames.KindOf(name) switch
        {
            ArchiveNameKind.Side => finding.Kind == ArchiveFindingKind.WithoutSide && finding.Name.StartsWith(name[..^ArchiveNames.SideSuffix.Length], StringComparison.Ordinal),
            ArchiveNameKind.Gap => finding.Kind == ArchiveFindingKind.Hole,
            _ => finding.Kind == ArchiveFindingKind.Unconfirmed,
        };
    }

    private static void AssertComplete(ArchiveBench bench, Dictionary<int, Lsn> ends)
    {
        foreach (var (shard, history) in bench.Shards)
            Assert.Equal((shard, history.Last), (shard, ends[shard]));
    }
}

using Cluster.Storage.Archive.Chain;
using Cluster.Storage.Archive.Layout;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

public sealed class ChainTests
{
    [Fact]
    public void Two_ranges_that_overlap_or_touch_have_no_mark_in_common()
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var far = i % 3 == 0 ? 1L << random.Next(4, 62) : 0;
            var size = random.Next(2) == 0 ? 40 : 100_000;
            var first = far + random.Next(size);
            var middle = first + random.Next(size);
            var firstEnd = middle + random.Next(size);
            var secondEnd = firstEnd + random.Next(size);

            // The first covers first to firstEnd, the second middle to secondEnd.
            var one = ArchiveMarks.Positions(new Lsn(first), new Lsn(firstEnd));
            var two = ArchiveMarks.Positions(new Lsn(middle), new Lsn(secondEnd));
            Assert.True(one.Intersect(two).Any(), $"{first}..{firstEnd} and {middle}..{secondEnd}");
            Assert.True(one.Count <= 128 && one.SequenceEqual(one.Distinct().Order()));
            Assert.Equal((new Lsn(first), new Lsn(firstEnd)), (one[0], one[^1]));
        }
    }

    /// <summary>Whoever uploaded what, however it overlaps, in any order: the chain leads as far as the records do, and not a record further.</summary>
    [Fact]
    public void A_chain_is_shorter_than_the_records_or_jumps_over_one()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var objects = new List<ArchiveObject>();
            var total = random.Next(2) == 0 ? 60 : 3000;
            var present = new bool[total + 1];
            var snapshots = new List<long>();
            for (var i = random.Next(3); i > 0; i--)
                snapshots.Add(random.Next(1, total + 1));
            for (var i = random.Next(1, 14); i > 0; i--)
            {
                var first = random.Next(1, total + 1);
                var last = Math.Min(total, first + random.Next(total / 2));
                objects.Add(Fake(i, first, last, snapshots));
                for (var lsn = first; lsn <= last; lsn++)
                    present[lsn] = true;
            }

            foreach (var snapshot in snapshots)
                objects.Add(FakeSnapshot(snapshot));
            Shuffle(objects, random);
            var shard = ChainBuilder.Build(0, objects, [new ArchiveHead(0, new Lsn(total), Digest(total))]);

            Assert.Empty(shard.Forks);
            foreach (var chain in shard.Chains)
            {
                var end = chain.StartMark.Lsn.Value;
                while (end < total && present[end + 1])
                    end++;
                Assert.Equal((seed, chain.StartMark.Lsn, new Lsn(end)), (seed, chain.StartMark.Lsn, chain.End));
                AssertJoined(chain);
            }

            AssertHoles(seed, shard, present, total, snapshots);
        }
    }

    [Fact]
    public void Objects_of_another_history_are_joined_or_not_named()
    {
        var one = Fake(1, 1, 100, []);
        var two = Fake(2, 60, 150, [], salt: 9);
        var shard = ChainBuilder.Build(0, [one, two]);
        Assert.Equal(new Lsn(100), Assert.Single(shard.Chains).End);
        Assert.Equal((one.Name, two.Name), (Assert.Single(shard.Forks).One.Name, shard.Forks[0].Other.Name));
        Assert.Equal((new Lsn(101), two), (Assert.Single(shard.Holes).First, shard.Holes[0].Behind));
        Assert.Equal(two, Assert.Single(shard.Unreached));
    }

    [Fact]
    public void A_missing_end_is_not_seen()
    {
        var shard = ChainBuilder.Build(0, [Fake(1, 1, 100, [])], [new ArchiveHead(0, new Lsn(130), 1), new ArchiveHead(1, new Lsn(500), 1)]);
        var hole = Assert.Single(shard.Holes);
        Assert.Equal((new Lsn(101), new Lsn(130), null), (hole.First, hole.Last, hole.Behind));
    }

    [Fact]
    public void A_shard_without_its_beginning_has_a_start()
    {
        var shard = ChainBuilder.Build(0, [Fake(1, 11, 20, [])]);
        Assert.Empty(shard.Chains);
        Assert.Equal((new Lsn(1), new Lsn(10)), (Assert.Single(shard.Holes).First, shard.Holes[0].Last));
    }

    [Fact]
    public void What_a_chain_needs_is_deleted_or_what_it_does_not_need_is_kept()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var objects = new List<ArchiveObject> { Fake(1, 1, 40, [90]), Fake(2, 41, 120, [90]), Fake(3, 121, 200, [90]), FakeSnapshot(90) };
            for (var i = 4; i < 12; i++)
            {
                var first = random.Next(1, 190);
                objects.Add(Fake(i, first, Math.Min(200, first + random.Next(80)), [90]));
            }

            var ends = Ends(objects);
            while (objects.Where(value => ChainBuilder.CanSpare(0, objects, value)).OrderBy(_ => random.Next()).FirstOrDefault() is { } spare)
            {
                objects.Remove(spare);
                var left = Ends(objects);
                Assert.All(left.Keys, start => Assert.Equal(ends[start], left[start]));
            }

            // The first start and every record are still there.
            Assert.Equal(new Lsn(200), Ends(objects)[Lsn.None]);
            Assert.Empty(ChainBuilder.Build(0, objects).Holes);
        }

        static Dictionary<Lsn, Lsn> Ends(List<ArchiveObject> objects) => ChainBuilder.Build(0, objects).Chains.ToDictionary(static chain => chain.StartMark.Lsn, static chain => chain.End);
    }

    private static void AssertJoined(ArchiveChain chain)
    {
        var (at, digest) = (chain.StartMark.Lsn, chain.StartMark.Digest);
        foreach (var step in chain.Steps)
        {
            Assert.Equal(at, step.After);
            Assert.Contains(new ArchiveMark(at, digest), step.Range.Marks);
            Assert.True(step.Through > at);
            (at, digest) = (step.Through, step.DigestAfter);
            Assert.Contains(new ArchiveMark(at, digest), step.Range.Marks);
        }
    }

    private static void AssertHoles(int seed, ShardChains shard, bool[] present, int total, List<long> snapshots)
    {
        // From the oldest start on every record is in an object or in a hole, and in a hole only if no object has it.
        var oldest = present[1] ? 0 : snapshots.Count > 0 ? snapshots.Min() : 0;
        for (var lsn = oldest + 1; lsn <= total; lsn++)
        {
            var inHole = shard.Holes.Any(hole => hole.First.Value <= lsn && lsn <= hole.Last.Value);
            Assert.True(present[lsn] || inHole, $"seed {seed}: record {lsn} is missing and no hole names it");
        }

        foreach (var hole in shard.Holes)
        {
            for (var lsn = hole.First.Value; lsn <= hole.Last.Value; lsn++)
                Assert.False(present[lsn], $"seed {seed}: record {lsn} is in a hole and is there");
        }
    }

    private static ulong Digest(long lsn, ulong salt = 0) => lsn == 0 ? 0 : ((ulong)lsn * 0x9E3779B97F4A7C15) ^ salt;

    private static ArchiveObject Fake(int number, long first, long last, List<long> also, ulong salt = 0) => Object(
        number % 3 == 0 ? ArchiveObjectKind.Tail : ArchiveObjectKind.Segment,
        $"shard-0/{number:x16}/{first:x16}-{last:x16}",
        new ArchiveRange
        {
            Shard = 0,
            First = new Lsn(first),
            Last = new Lsn(last),
            Marks = [.. ArchiveMarks.Positions(new Lsn(first - 1), new Lsn(last), also.Select(static lsn => new Lsn(lsn))).Select(lsn => new ArchiveMark(lsn, Digest(lsn.Value, lsn.Value < first ? 0 : salt)))],
            Terms = [new TermStart(new Term(1), new Lsn(first))],
            FirstTime = first * 10,
            LastTime = last * 10,
        });

    private static ArchiveObject FakeSnapshot(long last) => Object(
        ArchiveObjectKind.Snapshot,
        $"shard-0/snapshots/{last:x16}",
        new ArchiveRange { Shard = 0, First = new Lsn(last), Last = new Lsn(last), Marks = [new ArchiveMark(new Lsn(last), Digest(last))], Terms = [], LastTime = last * 10 });

    private static ArchiveObject Object(ArchiveObjectKind kind, string name, ArchiveRange range) =>
        new() { Kind = kind, Name = name, ClusterId = Guid.Empty, Generation = 0, Node = Guid.Empty, CreatedAt = 0, Ranges = [range] };

    private static void Shuffle(List<ArchiveObject> objects, Random random)
    {
        for (var i = objects.Count - 1; i > 0; i--)
        {
            var other = random.Next(i + 1);
            (objects[i], objects[other]) = (objects[other], objects[i]);
        }
    }
}

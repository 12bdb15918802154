using Cluster.Storage.Keys;
using Cluster.Storage.Keys.Merge;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

/// <summary>The times of the directory's keys, by key and in order, next to a dictionary.</summary>
public sealed class KeyExpiryTests
{
    private const int Keys = 400;

    [Fact]
    public void A_key_has_another_time_than_its_newest_put_or_is_due_out_of_order() =>
        Programs.Check(100, 2000, static program => RunAgainstModel(program, new SipKeyHasher(3, 4)));

    [Fact]
    public void Times_of_keys_in_one_bucket_are_mixed_up() =>
        Programs.Check(50, 800, static program => RunAgainstModel(program, new WeakHasher(0, ulong.MaxValue)));

    [Fact]
    public void Keys_whose_hashes_end_in_the_same_bits_are_taken_for_one() =>
        Programs.Check(50, 800, static program => RunAgainstModel(program, new WeakHasher(0xffff_ffff_0000_0003, ulong.MaxValue)));

    [Theory]
    [InlineData(Order.Ascending)]
    [InlineData(Order.Descending)]
    [InlineData(Order.Random)]
    [InlineData(Order.AllAtOnce)]
    public void A_time_costs_more_than_twenty_four_bytes(Order order)
    {
        const int keys = 200_000;
        using var plain = new KeyDirectory(new EpochDomain());
        using var timed = new KeyDirectory(new EpochDomain());
        var random = new Random(7);
        for (var i = 0; i < keys; i++)
        {
            plain.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i));
            timed.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i), TimeOf(order, i, random));
        }

        AssertCheap(keys, 24);

        // Most of them go, in no order: pages of two or three keys are left, and cost little more each.
        for (var i = 0; i < keys; i++)
        {
            if (i % 10 == 0)
                continue;
            plain.Remove(KeyDirectoryTests.HashOf(i));
            timed.Remove(KeyDirectoryTests.HashOf(i));
        }

        AssertCheap(keys / 10, 36);

        void AssertCheap(int count, int most)
        {
            plain.Reclaim(0);
            timed.Reclaim(0);
            Assert.Equal(count, timed.ExpiringCount);
            var perKey = (double)(timed.AllocatedBytes - plain.AllocatedBytes) / count;
            Assert.True(perKey <= most, $"{perKey:F1} bytes per time of {count}");
        }
    }

    [Fact]
    public void Clearing_costs_more_the_more_keys_expire_or_keeps_their_memory()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        for (var i = 0; i < 100_000; i++)
            directory.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i), i + 1);
        var full = directory.AllocatedBytes;
        directory.Clear();
        Assert.Equal(0, directory.ExpiringCount);
        Assert.Null(directory.EarliestExpiry);
        Assert.True(directory.AllocatedBytes > full * 3 / 4, "what was cleared is freed by the changes that follow, not at once");
        for (var i = 0; i < 2_000; i++)
            directory.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i), i + 1);
        Assert.True(directory.AllocatedBytes < full / 10, $"{directory.AllocatedBytes} of {full} bytes are still held");
    }

    [Fact]
    public void Looking_for_due_keys_or_prolonging_one_allocates()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        for (var i = 0; i < 10_000; i++)
            directory.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i), i + 1);
        var found = new List<ExpiredKey>(10_000);
        var allocated = Allocations.During(() =>
        {
            found.Clear();
            var cursor = default(ExpiryCursor);
            do
                directory.NextExpired(5_000, 64, ref cursor, found);
            while (!cursor.IsAtStart);
            for (var i = 0; i < 10_000; i++)
                directory.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i), (i + 7_000) % 10_000 + 1);
        });
        Assert.Equal(0, allocated);
        Assert.Equal(5_000, found.Count);
    }

    [Fact]
    public void A_reader_sees_the_place_of_one_put_and_the_time_of_another()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        var stop = false;
        var readers = Enumerable.Range(0, 2).Select(reader => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(reader);
                for (var seen = 0; !Volatile.Read(ref stop) || seen == 0;)
                {
                    var key = random.Next(200);
                    if (!directory.TryFind(KeyDirectoryTests.HashOf(key), out var location, out var expiresAt))
                        continue;
                    seen++;
                    Assert.Equal(TimeFor(location.File), expiresAt);
                }
            },
            TaskCreationOptions.LongRunning)).ToArray();
        var steps = new Random(3);
        for (var i = 1; i < 300_000; i++)
        {
            var key = KeyDirectoryTests.HashOf(steps.Next(200));
            if (steps.Next(4) == 0)
                directory.Remove(key);
            else
                directory.Put(key, new ValueLocation((uint)i, 0, 20, TimeFor((uint)i) != 0), TimeFor((uint)i));
        }

        for (var key = 0; key < 200; key++)
            directory.Put(KeyDirectoryTests.HashOf(key), new ValueLocation(3, 0, 20, hasExpiry: false));
        Volatile.Write(ref stop, true);
        Assert.All(readers, static reader => reader.GetAwaiter().GetResult());

        static long TimeFor(uint file) => file % 3 == 0 ? 0 : file * 1000L;
    }

    public enum Order
    {
        Ascending,
        Descending,
        Random,
        AllAtOnce,
    }

    private static long TimeOf(Order order, int index, Random random) => order switch
    {
        Order.Ascending => 1_700_000_000_000_000 + index,
        Order.Descending => 1_700_000_000_000_000 - index,
        Order.Random => random.NextInt64(1, long.MaxValue),
        _ => 1_700_000_000_000_000,
    };

    private static void RunAgainstModel(int[] program, KeyHasher hasher)
    {
        using var directory = new KeyDirectory(new EpochDomain());
        var model = new Dictionary<KeyHash, (ValueLocation Location, long ExpiresAt)>();
        foreach (var step in program)
        {
            var hash = hasher.Hash(BitConverter.GetBytes(step / 1000 % Keys));
            var location = KeyDirectoryTests.LocationOf(step / 7);
            switch (step % 1000)
            {
                case 0:
                    directory.Clear();
                    model.Clear();
                    break;
                case < 150:
                    Assert.Equal(model.Remove(hash), directory.Remove(hash));
                    break;
                case < 200:
                    var from = model.TryGetValue(hash, out var there) && step % 3 != 0 ? there.Location : location;
                    var moves = model.ContainsKey(hash) && there.Location.File <= from.File;
                    Assert.Equal(moves, directory.Move(hash, new MergeSources(from.File, []), location));
                    if (moves)
                        model[hash] = (location, there.ExpiresAt);
                    break;
                case < 220:
                    AssertSame(directory, model, now: step / 1000 % 60);
                    break;
                default:
                    // Few times, so that many keys share one; some of them far away.
                    var expiresAt = (step % 4) switch { 0 => 0L, 1 => step / 1000 % 40, 2 => -1, _ => 1_000_000L + (step / 1000) };
                    Assert.Equal(!model.ContainsKey(hash), directory.Put(hash, location, expiresAt));
                    model[hash] = (location, expiresAt);
                    break;
            }
        }

        AssertSame(directory, model, long.MaxValue);
    }

    private static void AssertSame(KeyDirectory directory, Dictionary<KeyHash, (ValueLocation Location, long ExpiresAt)> model, long now)
    {
        Assert.Equal(model.Count, directory.Count);
        foreach (var (hash, value) in model)
        {
            Assert.True(directory.TryFind(hash, out var location, out var expiresAt));
            Assert.Equal(value, (location, expiresAt));
        }

        var expiring = model.Where(static pair => pair.Value.ExpiresAt != 0).ToList();
        Assert.Equal(expiring.Count, directory.ExpiringCount);
        Assert.Equal(expiring.Count == 0 ? null : expiring.Min(static pair => pair.Value.ExpiresAt), directory.EarliestExpiry);
        var found = new List<ExpiredKey>();
        var cursor = default(ExpiryCursor);
        do
            directory.NextExpired(now, 7, ref cursor, found);
        while (!cursor.IsAtStart);
        Assert.Equal(found.Select(static key => key.ExpiresAt).Order(), found.Select(static key => key.ExpiresAt));
        Assert.Equal(
            expiring.Where(pair => pair.Value.ExpiresAt <= now).Select(static pair => new ExpiredKey(pair.Key, pair.Value.Location, pair.Value.ExpiresAt)).ToHashSet(),
            found.ToHashSet());
        Assert.Equal(found.Count, found.ToHashSet().Count);
    }
}

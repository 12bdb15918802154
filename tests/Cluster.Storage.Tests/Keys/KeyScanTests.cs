using Cluster.Storage.Keys;
using Cluster.Storage.Keys.Merge;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public sealed class KeyScanTests
{
    public static readonly TheoryData<int> Seeds = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_key_that_stays_is_missed_or_found_twice_while_the_directory_grows_and_shrinks_and_values_move(int seed)
    {
        var random = new Random(seed);
        KeyHasher hasher = seed switch
        {
            1 => new WeakHasher(0, ulong.MaxValue),
            2 => new WeakHasher(0xff, ulong.MaxValue),
            _ => new SipKeyHasher(3, (ulong)seed),
        };
        using var directory = new KeyDirectory(new EpochDomain());
        var stable = random.Next(seed < 3 ? 200 : 3000);
        for (var i = 0; i < stable; i++)
            directory.Put(Hash(hasher, i), At(i));
        for (var scan = 0; scan < 5; scan++)
        {
            var found = new List<ValueLocation>();
            ulong cursor = 0;
            var calls = 0;
            do
            {
                var before = found.Count;
                cursor = directory.Scan(cursor, random.Next(1, 60), found);
                Assert.True(calls++ < 20_000, "a scan comes to its end");
                Assert.InRange(found.Count - before, 0, 4000);
                for (var i = random.Next(seed < 3 ? 5 : 200); i > 0; i--)
                {
                    var other = 1_000_000 + random.Next(5_000);
                    if (random.Next(scan % 2 == 0 ? 4 : 2) == 0)
                        directory.Remove(Hash(hasher, other));
                    else
                        directory.Put(Hash(hasher, other), At(other), random.Next(3) == 0 ? i + 1 : 0);
                    if (stable == 0)
                        continue;

                    // A merge moves the value, a client writes it again: the key has stayed all the same.
                    var stays = random.Next(stable);
                    directory.TryFind(Hash(hasher, stays), out var place);
                    var moved = new ValueLocation(place.File + 1, place.Offset, place.Length, place.HasExpiry);
                    if (random.Next(2) == 0)
                        Assert.True(directory.Move(Hash(hasher, stays), new MergeSources(place.File, []), moved));
                    else
                        Assert.False(directory.Put(Hash(hasher, stays), moved, random.Next(2)));
                }
            }
            while (cursor != 0);
            Assert.Equal(Enumerable.Range(0, stable), Stable(found, stable));
        }
    }

    [Fact]
    public void A_scan_over_a_directory_that_was_emptied_does_not_end()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        var hasher = new SipKeyHasher(1, 2);
        var found = new List<ValueLocation>();
        Assert.Equal(0UL, directory.Scan(0, 10, found));
        Assert.Empty(found);
        for (var i = 0; i < 10_000; i++)
            directory.Put(Hash(hasher, i), At(i));
        var cursor = directory.Scan(0, 100, found);
        Assert.NotEqual(0UL, cursor);
        directory.Clear();
        directory.Put(Hash(hasher, 20_000), At(20_000));
        var calls = 0;
        while (cursor != 0)
        {
            cursor = directory.Scan(cursor, 100, found);
            Assert.True(calls++ < 100);
        }
    }

    [Fact]
    public async Task A_scan_on_another_thread_misses_keys_of_a_bucket_that_is_being_split()
    {
        var hasher = new SipKeyHasher(5, 6);
        for (var round = 0; round < 20; round++)
        {
            using var directory = new KeyDirectory(new EpochDomain());
            const int stable = 500;
            for (var i = 0; i < stable; i++)
                directory.Put(Hash(hasher, i), At(i));
            var stop = false;
            var scans = Task.Factory.StartNew(
                () =>
                {
                    var found = new List<ValueLocation>();
                    do
                    {
                        found.Clear();
                        ulong cursor = 0;
                        do
                            cursor = directory.Scan(cursor, 20, found);
                        while (cursor != 0);
                        Assert.Equal(Enumerable.Range(0, stable), Stable(found, stable));
                    }
                    while (!Volatile.Read(ref stop));
                },
                TaskCreationOptions.LongRunning);
            for (var i = stable; i < 20_000; i++)
            {
                directory.Put(Hash(hasher, i), At(i));
                if (i % 3 == 0 && i >= stable + 100)
                    directory.Remove(Hash(hasher, i - 100));
            }

            Volatile.Write(ref stop, true);
            await scans;
        }
    }

    private static IEnumerable<int> Stable(List<ValueLocation> found, int stable) =>
        found.Select(static place => (int)place.Offset).Where(key => key < stable).Order();

    private static KeyHash Hash(KeyHasher hasher, int key) => hasher.Hash(BitConverter.GetBytes(key));

    private static ValueLocation At(int key) => new(1, (uint)key, 10, hasExpiry: false);
}

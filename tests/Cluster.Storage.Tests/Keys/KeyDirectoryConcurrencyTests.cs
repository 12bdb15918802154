using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class KeyDirectoryConcurrencyTests
{
    // Locations carry their key, so that a reader recognises one that belongs to another key or was never written.
    private const int Rounds = 400;
    private static readonly KeyHash[] Hashes = [.. Enumerable.Range(0, 3_000).Select(KeyDirectoryTests.HashOf)];

    private sealed class Growing
    {
        public readonly KeyDirectory Directory = new(new EpochDomain());
        public int Present;
    }

    [Fact]
    public async Task A_reader_misses_a_present_key_or_sees_a_torn_one_while_the_directory_grows()
    {
        // Small directories: with few buckets a reader is often in the one that is being split.
        var rounds = new Growing[Rounds];
        var round = rounds[0] = new Growing();
        var stop = false;
        var readers = StartReaders(seed =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref stop))
            {
                var growing = Volatile.Read(ref round);
                var upTo = Volatile.Read(ref growing.Present);
                if (upTo == 0)
                    continue;
                var key = random.Next(upTo);
                Assert.True(growing.Directory.TryFind(Hashes[key], out var location), $"key {key} of {upTo} is missing");
                AssertBelongsTo(key, location);
            }
        });

        for (var i = 0; i < Rounds; i++)
        {
            Volatile.Write(ref round, rounds[i] = new Growing());
            for (var key = 0; key < Hashes.Length; key++)
            {
                round.Directory.Put(Hashes[key], At(key, version: 0));
                Volatile.Write(ref round.Present, key + 1);
                // Overwrites tear if a reader trusts a half-written location.
                round.Directory.Put(Hashes[key / 2], At(key / 2, version: key));
            }
        }

        Volatile.Write(ref stop, true);
        await readers;
        foreach (var growing in rounds)
            growing.Directory.Dispose();
    }

    [Fact]
    public async Task A_reader_meets_freed_memory_while_keys_are_removed_and_cleared()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        var stop = false;
        var readers = StartReaders(seed =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref stop))
            {
                var key = random.Next(5_000);
                if (directory.TryFind(KeyDirectoryTests.HashOf(key), out var location))
                    AssertBelongsTo(key, location);
            }
        });

        var random = new Random(11);
        for (var step = 0; step < 150_000; step++)
        {
            var key = random.Next(5_000);
            var hash = KeyDirectoryTests.HashOf(key);
            if (step % 10_000 == 9_999)
                directory.Clear();
            else if (step % 3 == 0)
                directory.Remove(hash);
            else
                directory.Put(hash, At(key, version: step));
        }

        Volatile.Write(ref stop, true);
        await readers;
    }

    private static Task StartReaders(Action<int> read) => Task.WhenAll(
        Task.Factory.StartNew(() => read(1), TaskCreationOptions.LongRunning),
        Task.Factory.StartNew(() => read(2), TaskCreationOptions.LongRunning));

    private static ValueLocation At(int key, int version)
    {
        var mixed = (uint)(key * 31 + version * 17);
        return new ValueLocation(mixed, mixed ^ (uint)key, (int)(mixed & 0xffffff), hasExpiry: false);
    }

    private static void AssertBelongsTo(int key, ValueLocation location)
    {
        Assert.Equal((uint)key, location.File ^ location.Offset);
        Assert.Equal((int)(location.File & 0xffffff), location.Length);
    }
}

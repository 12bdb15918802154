using System.Buffers.Binary;
using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class KeyDirectoryTests
{
    private static readonly KeyHasher Full = new SipKeyHasher(3, 4);

    [Fact]
    public void Puts_deletes_and_clears_leave_another_state_than_a_dictionary() =>
        Programs.Check(150, 2000, program => RunAgainstModel(program, Full, keys: 700));

    [Fact]
    public void Keys_of_one_bucket_are_mixed_up() =>
        Programs.Check(50, 600, program => RunAgainstModel(program, new WeakHasher(0, ulong.MaxValue), keys: 300));

    [Fact]
    public void Keys_of_one_tag_are_mixed_up() =>
        Programs.Check(50, 600, program => RunAgainstModel(program, new WeakHasher(ulong.MaxValue, 0xff), keys: 300));

    [Fact]
    public void Growth_loses_or_duplicates_keys()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        const int keys = 100_000;
        for (var i = 0; i < keys; i++)
            Assert.True(directory.Put(HashOf(i), LocationOf(i)));
        Assert.Equal(keys, directory.Count);
        for (var i = 0; i < keys; i++)
        {
            Assert.True(directory.TryFind(HashOf(i), out var location));
            Assert.Equal(LocationOf(i), location);
        }

        Assert.False(directory.TryFind(HashOf(keys), out _));
        for (var i = 0; i < keys; i++)
            Assert.True(directory.Remove(HashOf(i)));
        Assert.Equal(0, directory.Count);
    }

    [Fact]
    public void A_key_costs_more_than_forty_bytes()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        const int step = 25_000;
        for (var keys = 1; keys <= 12 * step; keys++)
        {
            directory.Put(HashOf(keys), LocationOf(keys));
            if (keys % step != 0)
                continue;
            directory.Reclaim(0);
            // The allocator adds 8 bytes per page and rounds to 16: 16 bytes per page of about 32 keys at worst.
            var perKey = (double)directory.AllocatedBytes / keys + 16.0 / 32;
            Assert.True(perKey <= 40, $"{perKey:F1} bytes per key at {keys} keys");
        }
    }

    [Fact]
    public void Deleted_keys_keep_their_memory()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        for (var i = 0; i < 50_000; i++)
            directory.Put(HashOf(i), LocationOf(i));
        for (var i = 0; i < 50_000; i++)
            directory.Remove(HashOf(i));
        directory.Reclaim(0);
        Assert.True(directory.AllocatedBytes < 50_000, $"{directory.AllocatedBytes} bytes are still held");
    }

    [Fact]
    public void Clear_costs_more_the_more_keys_there_are_or_keeps_their_memory()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        for (var i = 0; i < 100_000; i++)
            directory.Put(HashOf(i), LocationOf(i));
        var full = directory.AllocatedBytes;

        directory.Clear();

        Assert.Equal(0, directory.Count);
        Assert.False(directory.TryFind(HashOf(5), out _));
        Assert.True(directory.AllocatedBytes > full / 2, "the old table is freed by the changes that follow, not at once");
        for (var i = 0; i < 2_000; i++)
            directory.Put(HashOf(i), LocationOf(i));
        Assert.True(directory.AllocatedBytes < full / 10, $"{directory.AllocatedBytes} of {full} bytes are still held");
    }

    [Fact]
    public void Memory_is_freed_while_a_reader_may_hold_it()
    {
        var epochs = new EpochDomain();
        using var directory = new KeyDirectory(epochs);
        for (var i = 0; i < 10_000; i++)
            directory.Put(HashOf(i), LocationOf(i));
        directory.Reclaim(0);
        var held = directory.AllocatedBytes;
        using (epochs.Enter())
        {
            directory.Clear();
            directory.Reclaim(int.MaxValue);
            Assert.True(directory.AllocatedBytes >= held, "a reader is inside");
        }

        directory.Reclaim(int.MaxValue);
        Assert.True(directory.AllocatedBytes < held / 10);
    }

    [Fact]
    public void A_lookup_or_an_overwrite_allocates()
    {
        using var directory = new KeyDirectory(new EpochDomain());
        for (var i = 0; i < 10_000; i++)
            directory.Put(HashOf(i), LocationOf(i));
        var found = 0;
        var allocated = Allocations.During(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (directory.TryFind(HashOf(i), out _))
                    found++;
                directory.Put(HashOf(i % 10_000), LocationOf(i));
            }
        });
        Assert.Equal(0, allocated);
        Assert.True(found >= 10_000);
    }

    [Fact]
    public void A_lookup_after_disposal_reads_freed_memory()
    {
        var directory = new KeyDirectory(new EpochDomain());
        directory.Put(HashOf(1), LocationOf(1));
        directory.Dispose();
        directory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => directory.TryFind(HashOf(1), out _));
    }

    internal static KeyHash HashOf(int key)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, key);
        return Full.Hash(bytes);
    }

    internal static ValueLocation LocationOf(int number) => new((uint)number, (uint)number * 3, number & 0xffff, (number & 1) != 0);

    private static void RunAgainstModel(int[] program, KeyHasher hasher, int keys)
    {
        using var directory = new KeyDirectory(new EpochDomain());
        var model = new Dictionary<KeyHash, ValueLocation>();
        Span<byte> key = stackalloc byte[4];
        foreach (var step in program)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, step / 1000 % keys);
            var hash = hasher.Hash(key);
            switch (step % 1000)
            {
                case 0:
                    directory.Clear();
                    model.Clear();
                    break;
                case < 300:
                    Assert.Equal(model.Remove(hash), directory.Remove(hash));
                    break;
                default:
                    var location = LocationOf(step / 7);
                    Assert.Equal(!model.ContainsKey(hash), directory.Put(hash, location));
                    model[hash] = location;
                    break;
            }
        }

        Assert.Equal(model.Count, directory.Count);
        for (var i = 0; i < keys; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, i);
            var hash = hasher.Hash(key);
            Assert.Equal(model.TryGetValue(hash, out var expected), directory.TryFind(hash, out var actual));
            Assert.Equal(expected, actual);
        }
    }
}

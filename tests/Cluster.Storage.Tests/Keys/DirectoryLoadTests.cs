using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

/// <summary>Changes made in groups next to the same changes made one by one.</summary>
public sealed class DirectoryLoadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void A_group_of_changes_ends_in_another_state_than_the_changes_one_by_one(int expected) =>
        Programs.Check(40, 3000, program =>
        {
            var hasher = new SipKeyHasher(3, 4);
            using var one = new KeyDirectory(new EpochDomain());
            using var many = new KeyDirectory(new EpochDomain());
            many.Expect(expected);
            var operations = new List<DirectoryOperation>();
            foreach (var step in program)
            {
                var hash = hasher.Hash(BitConverter.GetBytes(step / 1000 % 900));
                switch (step % 1000)
                {
                    case 0:
                        one.Clear();
                        operations.Add(DirectoryOperation.Clear());
                        break;
                    case < 200:
                        one.Remove(hash);
                        operations.Add(DirectoryOperation.Remove(hash));
                        break;
                    default:
                        var expiresAt = step % 3 == 0 ? step : 0L;
                        one.Put(hash, new ValueLocation(7, (uint)step, step % 1000, expiresAt != 0), expiresAt);
                        operations.Add(DirectoryOperation.Put(hash, (uint)step, step % 1000, expiresAt != 0, expiresAt));
                        break;
                }
            }

            many.Apply(7, operations.ToArray());
            Assert.Equal((one.Count, one.ExpiringCount, one.EarliestExpiry), (many.Count, many.ExpiringCount, many.EarliestExpiry));
            for (var key = 0; key < 900; key++)
            {
                var hash = hasher.Hash(BitConverter.GetBytes(key));
                Assert.Equal(
                    (one.TryFind(hash, out var place, out var time), place, time),
                    (many.TryFind(hash, out var otherPlace, out var otherTime), otherPlace, otherTime));
            }
        });

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.5)]
    public void A_directory_that_was_given_its_size_costs_more_than_forty_bytes_per_key(double overestimated)
    {
        const int keys = 200_000;
        using var directory = new KeyDirectory(new EpochDomain());
        directory.Expect((long)(keys * overestimated));
        var operations = new DirectoryOperation[keys];
        for (var i = 0; i < keys; i++)
            operations[i] = DirectoryOperation.Put(KeyDirectoryTests.HashOf(i), (uint)i, 100, false, 0);
        directory.Apply(1, operations);
        directory.Reclaim(0);
        var perKey = (double)directory.AllocatedBytes / keys + 16.0 / 32;
        Assert.True(perKey <= (overestimated > 1 ? 75 : 40), $"{perKey:F1} bytes per key");
    }

    [Fact]
    public void A_page_of_one_key_is_as_large_as_those_of_a_directory_that_was_given_its_size()
    {
        const int keys = 50_000;
        using var directory = new KeyDirectory(new EpochDomain());
        directory.Expect(keys);
        for (var i = 0; i < keys; i++)
            directory.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i));
        directory.EndExpecting();
        for (var i = 0; i < keys; i++)
            directory.Remove(KeyDirectoryTests.HashOf(i));
        for (var i = 0; i < keys / 50; i++)
            directory.Put(KeyDirectoryTests.HashOf(i), KeyDirectoryTests.LocationOf(i));
        directory.Reclaim(0);
        Assert.True(directory.AllocatedBytes < keys / 50 * 250, $"{directory.AllocatedBytes} bytes for {keys / 50} keys");
    }
}

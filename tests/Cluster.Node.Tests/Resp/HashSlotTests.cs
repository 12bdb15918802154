using System.Text;
using Cluster.Node.Resp;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class HashSlotTests
{
    [Fact]
    public void The_checksum_is_the_one_of_Redis() => Assert.Equal(0x31C3, HashSlot.Crc16("123456789"u8));

    [Theory]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("hello", 866)]
    [InlineData("", 0)]
    public void A_key_has_the_slot_that_Redis_gives_it(string key, int slot) => Assert.Equal(slot, Slot(key));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("foo{{bar}}zap", "{bar")]
    public void Only_the_first_tag_counts(string key, string tag) => Assert.Equal(Slot(tag), Slot(key));

    [Theory]
    [InlineData("foo{}{bar}")]
    [InlineData("foo{bar")]
    [InlineData("}foo{")]
    public void Without_a_tag_the_whole_key_counts(string key) =>
        Assert.Equal(HashSlot.Crc16(Encoding.ASCII.GetBytes(key)) % 16384, Slot(key));

    [Fact]
    public void Every_slot_belongs_to_one_shard_in_ranges_of_equal_size()
    {
        for (int shards = 1; shards <= 1024; shards++)
        {
            Assert.Equal(0, HashSlot.FirstOf(0, shards));
            Assert.Equal(HashSlot.Count, HashSlot.FirstOf(shards, shards));
            for (int shard = 0; shard < shards; shard++)
            {
                int first = HashSlot.FirstOf(shard, shards);
                int last = HashSlot.FirstOf(shard + 1, shards) - 1;
                bool fits = last - first + 1 >= HashSlot.Count / shards && last - first <= HashSlot.Count / shards
                    && HashSlot.ToShard(first, shards) == shard && HashSlot.ToShard(last, shards) == shard;
                if (!fits) Assert.Fail($"shard {shard} of {shards} has slots {first} to {last}");
            }
        }
    }

    private static int Slot(string key) => HashSlot.Of(Encoding.ASCII.GetBytes(key));
}

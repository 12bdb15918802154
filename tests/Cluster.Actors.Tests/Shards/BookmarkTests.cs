using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class BookmarkTests : ShardTestKit
{
    [Fact]
    public async Task A_replica_that_has_reached_a_bookmark_shows_what_was_written_before_it()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        for (int i = 0; i < 3; i++)
        {
            var writer = shards.Nodes[i].Client();
            await writer.SetUntilAcknowledged(0, "k", $"{i}");
            var (lsn, term) = await BookmarkOf(writer);
            foreach (var node in shards.Nodes)
            {
                var reader = node.Client();
                reader.ReadOnly = true;
                await UntilHolds(async () => Assert.Equal("OK", await reader.WaitBookmark(0, lsn, term, TimeSpan.FromSeconds(10))));
                Assert.Equal($"{i}", await reader.Get(0, "k"));
            }
        }
    }

    [Fact]
    public async Task A_bookmark_of_a_record_that_was_cut_is_lost_and_one_that_is_ahead_is_waited_for_in_vain()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "k", "1");
        var (lsn, term) = await BookmarkOf(client);
        client.ReadOnly = true;
        Assert.StartsWith("BOOKMARKLOST ", await client.WaitBookmark(0, lsn, term + 1, TimeSpan.FromSeconds(10)));
        Assert.StartsWith("BOOKMARKLOST ", await client.WaitBookmark(0, lsn + 5, term - 1, TimeSpan.FromSeconds(10)));
        Assert.StartsWith("TRYAGAIN the replica on this node has not reached", await client.WaitBookmark(0, lsn + 5, term, TimeSpan.FromMilliseconds(30)));
        var waits = client.WaitBookmark(0, lsn + 1, term, TimeSpan.FromSeconds(10));
        var writer = shards.Nodes[0].Client();
        await writer.SetUntilAcknowledged(0, "k", "2");
        Assert.Equal("OK", await waits);
    }

    private async Task<(long Lsn, long Term)> BookmarkOf(TestClient client)
    {
        string bookmark = "";
        await UntilHolds(async () => Assert.Matches("^0:[0-9]+:[0-9]+$", bookmark = await client.One(0, b => b.Add(CommandKind.Bookmark))));
        var parts = bookmark.Split(':').Select(long.Parse).ToArray();
        return (parts[1], parts[2]);
    }
}

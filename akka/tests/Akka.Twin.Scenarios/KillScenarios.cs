using System.Threading.Tasks;
using Akka.Twin.Scenarios.Harness;
using Xunit;

namespace Akka.Twin.Scenarios;

public sealed class KillScenarios
{
    [Fact]
    public async Task A_killed_node_is_downed_by_the_resolver_and_its_successor_at_the_same_address_joins()
    {
        using var nodes = new Nodes();
        await nodes.FormAsync();
        for (int round = 0; round < Scale.Rounds; round++)
        {
            // The last one, the leader (that is the first seed as well), and on.
            int place = (2 + round) % 3;
            string dead = nodes[place].Node;
            await nodes[place].KillAsync();
            foreach (var process in nodes.All)
            {
                if (process == nodes[place]) continue;
                await process.UntilAsync($"{dead} removed", _ => process.HasSaid($"event MemberRemoved {dead}"));
                Assert.True(process.HasSaid($"event UnreachableMember {dead}"));
                Assert.True(process.HasSaid($"event MemberDowned {dead}"));
            }

            await nodes.AllUpAsync();
            nodes.Start(place);
            await nodes.AllUpAsync();
            Assert.NotEqual(dead, nodes[place].Node);
        }
    }

    [Fact]
    public async Task A_successor_that_comes_before_its_predecessor_was_missed_takes_its_place()
    {
        using var nodes = new Nodes();
        await nodes.FormAsync();
        string dead = nodes[0].Node;
        await nodes[0].KillAsync();
        nodes.Start(0);
        await nodes.AllUpAsync();
        foreach (var process in new[] { nodes[1], nodes[2] }) Assert.True(process.HasSaid($"event MemberRemoved {dead}"));
    }
}

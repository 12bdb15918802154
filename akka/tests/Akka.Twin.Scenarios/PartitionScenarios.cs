using System.Linq;
using System.Threading.Tasks;
using Akka.Twin.Scenarios.Harness;
using Xunit;

namespace Akka.Twin.Scenarios;

public sealed class PartitionScenarios
{
    [NetworkFact]
    public async Task The_smaller_side_of_a_partition_ends_itself_and_the_larger_goes_on()
    {
        for (int round = 0; round < Scale.Rounds; round++)
        {
            using var network = new Network();
            using var nodes = new Nodes(network);
            await nodes.FormAsync();
            int alone = round % 3;
            string lost = nodes[alone].Node;
            network.Unplug(alone);
            await nodes[alone].EndedAsync();
            Assert.True(nodes[alone].HasSaid("terminated"));

            var rest = nodes.All.Where(p => p != nodes[alone]).ToArray();
            foreach (var process in rest) await process.UntilAsync($"{lost} removed", s => s.IsAllUp(rest.Select(static p => p.Node)));
            network.PlugIn(alone);
            nodes.Start(alone);
            await nodes.AllUpAsync();
        }
    }
}

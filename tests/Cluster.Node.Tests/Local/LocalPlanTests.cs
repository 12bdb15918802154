using Cluster.Node.Configuration;
using Cluster.Node.Local;
using Xunit;

namespace Cluster.Node.Tests.Local;

public class LocalPlanTests
{
    [Fact]
    public void The_nodes_differ_in_name_folder_and_ports_and_know_each_other()
    {
        var plan = LocalPlan.Create(3, ["cluster.shards=4", "cluster.resp.port=17000"], "/d");
        for (int i = 0; i < 3; i++)
        {
            var settings = Settings(plan.Nodes[i]);
            Assert.Equal($"node-{i + 1}", settings.NodeName);
            Assert.Equal($"/d/node-{i + 1}", settings.DataDir);
            Assert.Equal((17000 + i, 8379 + i, 4053 + i), (settings.Resp.Port, settings.Http.Port, settings.Remoting.Port));
            Assert.Equal(3, settings.BootstrapExpect);
            Assert.Equal(4, settings.Shards);
            Assert.Equal(["akka.tcp://cluster@127.0.0.1:4053", "akka.tcp://cluster@127.0.0.1:4054", "akka.tcp://cluster@127.0.0.1:4055"], settings.SeedNodes.AsEnumerable());
        }
    }

    [Fact]
    public void The_nodes_are_those_of_the_example_files()
    {
        var plan = LocalPlan.Create(3, [], null);
        for (int i = 0; i < 3; i++)
        {
            var example = SettingsLoader.Load([Repository.Path("hocon", "three-nodes", $"node-{i + 1}.conf")], [], null).Settings;
            var settings = Settings(plan.Nodes[i]);
            Assert.Equal(example with { SeedNodes = [] }, settings with { SeedNodes = [] });
            Assert.Equal(example.SeedNodes, settings.SeedNodes.AsEnumerable());
        }
    }

    [Fact]
    public void Port_0_stays_0() => Assert.Equal(0, Settings(LocalPlan.Create(2, ["cluster.resp.port=0"], null).Nodes[1]).Resp.Port);

    private static ClusterSettings Settings(LocalNode node)
    {
        Assert.Equal(["node", "--data"], node.Arguments.Take(2));
        var definitions = node.Arguments.Skip(3).Where(argument => argument != "-D").ToArray();
        return SettingsLoader.Load([], definitions, node.Arguments[2]).Settings;
    }
}

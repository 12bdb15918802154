using System.Threading.Tasks;
using Akka.Twin.Scenarios.Harness;
using Xunit;

namespace Akka.Twin.Scenarios;

public sealed class PauseScenarios
{
    [Fact]
    public async Task A_node_that_slept_for_a_moment_stays()
    {
        // Patient, so that however late this test wakes it up, it was a moment.
        using var nodes = new Nodes(stableAfter: "60s");
        await nodes.FormAsync();
        string asleep = nodes[0].Node;
        nodes[0].Send(Signal.Stop);
        await nodes[1].UntilAsync($"{asleep} unreachable", _ => nodes[1].HasSaid($"event UnreachableMember {asleep}"));
        nodes[0].Send(Signal.Continue);
        await nodes.AllUpAsync();
        Assert.Equal(asleep, nodes[0].Node);
    }

    [Fact]
    public async Task A_node_that_slept_until_it_was_removed_ends_itself_and_its_successor_joins()
    {
        using var nodes = new Nodes();
        await nodes.FormAsync();
        string asleep = nodes[0].Node;
        nodes[0].Send(Signal.Stop);
        // Sleep here is the fault itself, not a way to wait for something.
        var slept = Task.Delay(Scale.Sleep);
        foreach (var process in new[] { nodes[1], nodes[2] })
            await process.UntilAsync($"{asleep} removed", s => !s.Members.ContainsKey(asleep) && s.Unreachable.Count == 0);
        await slept;

        nodes[0].Send(Signal.Continue);
        await nodes[0].EndedAsync();
        Assert.True(nodes[0].HasSaid("terminated"));
        Assert.Equal(2, nodes[1].State.Members.Count);
        nodes.Start(0);
        await nodes.AllUpAsync();
    }
}

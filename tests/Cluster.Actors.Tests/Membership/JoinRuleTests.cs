using System.Collections.Immutable;
using Cluster.Actors.Membership;
using Cluster.Actors.Topology;
using Xunit;

namespace Cluster.Actors.Tests.Membership;

public sealed class JoinRuleTests
{
    private const long Second = 1_000_000;

    private static readonly NodeEntry[] Nodes =
        [.. Enumerable.Range(1, 3).Select(i => new NodeEntry(new Guid(i, 0, 0, new byte[8]), $"node-{i}", $"akka.tcp://cluster@127.0.0.1:{4052 + i}", "", "", ""))];

    private static readonly TopologyContent Topology = TopologyContent.Initial(Guid.NewGuid(), 4, 3, Nodes);

    [Fact]
    public void Nobody_forms_a_cluster_without_a_majority()
    {
        var core = new JoinCore(Nodes[0]);
        Assert.Equal(JoinStep.Wait, core.Decide(Topology, [], false, 0).Step);
    }

    [Fact]
    public void The_first_seed_gone_for_good_does_not_keep_the_rest_from_starting()
    {
        var core = new JoinCore(Nodes[1]);
        core.Heard(Info(2), 0);
        var decision = core.Decide(Topology, [], false, 0);
        Assert.Equal(JoinStep.AskForGrants, decision.Step);
        Assert.Equal([Nodes[2].Remote], decision.Ask.AsEnumerable());
        core.OnAnswer(Nodes[1].Id, core.OnRequest(Nodes[1].Id, "", 0), 0);
        core.OnAnswer(Nodes[2].Id, true, 0);
        Assert.Equal(JoinStep.Form, core.Decide(Topology, [], false, 0).Step);
    }

    [Fact]
    public void A_node_that_is_not_the_lowest_waits_for_the_lowest()
    {
        var core = new JoinCore(Nodes[1]);
        core.Heard(Info(0), 0);
        core.Heard(Info(2), 0);
        Assert.Equal(JoinStep.Wait, core.Decide(Topology, [], false, 0).Step);
    }

    [Fact]
    public void Two_candidates_do_not_both_get_a_grant()
    {
        var core = new JoinCore(Nodes[2]);
        Assert.True(core.OnRequest(Nodes[0].Id, "", 0));
        Assert.True(core.OnRequest(Nodes[0].Id, "", Second));
        Assert.False(core.OnRequest(Nodes[1].Id, "", 2 * Second));
        Assert.True(core.OnRequest(Nodes[1].Id, "", 2 * Second + JoinCore.GrantMicros));
    }

    [Fact]
    public void Whoever_knows_a_formed_cluster_grants_nobody_and_joins_it()
    {
        var core = new JoinCore(Nodes[0]);
        core.Heard(Info(1, formed: true), 0);
        Assert.False(core.OnRequest(Nodes[2].Id, core.FormedElsewhere(Topology, 0), 0));
        var decision = core.Decide(Topology, [], false, 0);
        Assert.Equal((JoinStep.Join, Nodes[1].Remote), (decision.Step, decision.Address));
    }

    [Fact]
    public void A_node_beside_the_majoritys_cluster_gives_its_own_up_but_not_at_the_first_sight()
    {
        var core = new JoinCore(Nodes[0]);
        ImmutableArray<Guid> alone = [Nodes[0].Id];
        for (long now = 0; now < 5 * Second; now += Second)
        {
            core.Heard(Info(1, formed: true), now);
            Assert.Equal(JoinStep.Wait, core.Decide(Topology, alone, false, now).Step);
        }

        core.Heard(Info(1, formed: true), 5 * Second);
        Assert.Equal(JoinStep.Rebuild, core.Decide(Topology, alone, false, 5 * Second).Step);
    }

    [Fact]
    public void A_node_whose_welcome_died_with_its_giver_starts_afresh_instead_of_waiting_for_ever()
    {
        var core = new JoinCore(Nodes[0]);
        for (long now = 0; now < 8 * Second; now += Second)
        {
            core.Heard(Info(2, formed: true), now);
            Assert.NotEqual(JoinStep.Rebuild, core.Decide(Topology, [], true, now).Step);
        }

        core.Heard(Info(2, formed: true), 8 * Second);
        Assert.Equal(JoinStep.Rebuild, core.Decide(Topology, [], true, 8 * Second).Step);
    }

    private static ContactInfo Info(int node, bool formed = false) => new(
        true, Nodes[node], 1, 1, true, Topology.ClusterId, 3, [], formed ? Nodes[node].Remote : "", formed ? [Nodes[1].Id, Nodes[2].Id] : [], 1);
}

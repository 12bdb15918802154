using System.Collections.Immutable;
using Cluster.Actors.Membership;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;
using Xunit;

namespace Cluster.Actors.Tests.Membership;

/// <summary>The bootstrap rule over a lossy network, with crashes between any two steps: a seed replays a run.</summary>
public sealed class BootstrapTests
{
    [Fact]
    public void A_single_node_needs_nobody()
    {
        var run = new Run(seed: 1, nodes: 1);
        run.Settle(10);
        Assert.NotNull(run.Nodes[0].Core.Committed);
        Assert.Equal(16, run.Nodes[0].Core.Committed!.ShardCount);
    }

    [Fact]
    public void A_node_alone_of_three_forms_nothing_and_says_for_whom_it_waits()
    {
        var run = new Run(seed: 1, nodes: 3);
        run.Nodes[1].Up = run.Nodes[2].Up = false;
        run.Settle(50);
        Assert.Null(run.Nodes[0].Core.Committed);
        Assert.Contains("bootstrap-expect = 3", run.Nodes[0].Core.Waiting);
    }

    [Fact]
    public void Loss_and_crashes_never_make_two_clusters_and_do_not_prevent_the_one()
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            var run = new Run(seed, nodes: 2 + seed % 4);
            for (int step = 0; step < 150; step++)
            {
                run.Step(lossPercent: 30, crashPercent: 10);
                run.CheckOneCluster();
            }

            foreach (var node in run.Nodes) node.Up = true;
            run.Settle(120);
            run.CheckOneCluster();
            Assert.All(run.Nodes, n => Assert.True(n.Core.Committed is not null, $"seed {seed}: {n.Entry.Name} has no cluster: {n.Core.Waiting}"));
        }
    }

    [Fact]
    public void A_folder_lost_before_the_commit_never_makes_two_clusters()
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            var run = new Run(seed, nodes: 3);
            for (int step = 0; step < 200; step++)
            {
                run.Step(lossPercent: 40, crashPercent: 5);
                if (step == 5 + seed % 40) run.Wipe(seed % 3);
                run.CheckOneCluster();
            }
        }
    }

    [Fact]
    public void A_newcomer_joins_the_cluster_that_it_meets_instead_of_forming_another()
    {
        var run = new Run(seed: 7, nodes: 3);
        run.Settle(40);
        run.Wipe(2);
        run.Settle(40);
        Assert.Null(run.Nodes[2].Core.Committed);
        Assert.Contains(run.Announced, a => a.Node.Id == run.Nodes[2].Entry.Id && a.ClusterId == run.Nodes[0].Core.Committed!.ClusterId);
    }

    [Fact]
    public void State_survives_its_encoding()
    {
        var run = new Run(seed: 3, nodes: 3);
        run.Settle(40);
        var state = run.Nodes[1].Store.State with { Refused = [Guid.NewGuid(), Guid.NewGuid()] };
        var back = BootstrapState.Decode(state.Encode());
        Assert.Equal(state.Refused.AsEnumerable(), back.Refused.AsEnumerable());
        Assert.Equal(state.Committed!.Encode(), back.Committed!.Encode());
        Assert.Throws<WireFormatException>(() => BootstrapState.Decode(state.Encode().AsMemory(0, 40)));
    }

    private sealed class MemoryStore : IBootstrapStore
    {
        public BootstrapState State { get; private set; } = BootstrapState.Empty;

        public BootstrapState Load() => State;

        public void Save(BootstrapState state) => State = BootstrapState.Decode(state.Encode());
    }

    private sealed class Node
    {
        public required NodeEntry Entry { get; init; }

        public required MemoryStore Store { get; init; }

        public required BootstrapCore Core { get; set; }

        public bool Up { get; set; } = true;
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly List<(string From, string To, object Message)> _wire = [];
        private readonly int _expect;
        private long _now = 1_000_000_000;

        public Run(int seed, int nodes)
        {
            _random = new Random(seed);
            _expect = nodes;
            for (int i = 0; i < nodes; i++) Nodes.Add(NewNode(i));
        }

        public List<Node> Nodes { get; } = [];

        public List<Announce> Announced { get; } = [];

        public void Wipe(int index) => Nodes[index] = NewNode(index);

        public void Settle(int steps)
        {
            for (int i = 0; i < steps; i++) Step(0, 0);
        }

        public void Step(int lossPercent, int crashPercent)
        {
            _now += 300_000;
            foreach (var node in Nodes)
            {
                if (_random.Next(100) < crashPercent) node.Up = !node.Up;
                if (!node.Up)
                {
                    node.Core = Start(node.Entry, node.Store);
                    continue;
                }

                foreach (var other in Nodes)
                {
                    if (other == node) continue;
                    _wire.Add((node.Entry.Remote, other.Entry.Remote, new ContactInfo(
                        false, node.Entry, 1, 1, node.Core.Committed is not null, node.Core.Committed?.ClusterId ?? Guid.Empty, _expect, node.Core.Sees(_now), "", [], 0)));
                }

                node.Core.Tick(_now);
                Collect(node);
            }

            for (int round = 0; round < 6 && _wire.Count > 0; round++)
            {
                var batch = _wire.ToArray();
                _wire.Clear();
                foreach (var (from, to, message) in batch)
                {
                    var node = Nodes.Find(n => n.Entry.Remote == to);
                    if (node is null || !node.Up || _random.Next(100) < lossPercent) continue;
                    Deliver(node, from, message);
                    Collect(node);
                }
            }
        }

        public void CheckOneCluster()
        {
            Guid? cluster = null;
            foreach (var node in Nodes)
            {
                if (node.Store.State.Committed is not { } committed) continue;
                cluster ??= committed.ClusterId;
                Assert.Equal(cluster, committed.ClusterId);
            }
        }

        private void Deliver(Node node, string from, object message)
        {
            switch (message)
            {
                case ContactInfo m: node.Core.Heard(m, _now); break;
                case Propose m: node.Core.On(m, from); break;
                case ProposalConfirmed m: node.Core.On(m); break;
                case ProposalConflict m: node.Core.On(m); break;
                case AbandonProposal m: node.Core.On(m, from); break;
                case ProposalRefused m: node.Core.On(m); break;
                case TopologyCommitted m: node.Core.On(m); break;
                case Announce m:
                    Announced.Add(m);
                    if (node.Core.Committed?.Find(m.Node.Id) is not null) _wire.Add((node.Entry.Remote, m.Node.Remote, new TopologyCommitted(node.Core.Committed)));
                    break;
            }
        }

        private void Collect(Node node)
        {
            foreach (var (remote, message) in node.Core.Outbox) _wire.Add((node.Entry.Remote, remote, message));
            node.Core.Outbox.Clear();
        }

        private Node NewNode(int index)
        {
            var entry = new NodeEntry(NewId(), $"node-{index + 1}", $"akka.tcp://cluster@127.0.0.1:{4053 + index}", "", "", "");
            var store = new MemoryStore();
            return new Node { Entry = entry, Store = store, Core = Start(entry, store) };
        }

        private BootstrapCore Start(NodeEntry entry, MemoryStore store) => new(entry, _expect, 16, 3, store, NewId);

        private Guid NewId()
        {
            Span<byte> bytes = stackalloc byte[16];
            _random.NextBytes(bytes);
            return new Guid(bytes);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Cluster;
using Akka.Cluster.Heartbeats;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Exchange;

public sealed class HeartbeatRingTests
{
    [Fact]
    public void In_a_small_cluster_everybody_watches_everybody()
    {
        var nodes = Enumerable.Range(0, 10).Select(n => Histories.Node(n)).ToList();
        foreach (var node in nodes) Assert.Equal(9, HeartbeatRing.Receivers(node, nodes, [], 9).Count);
    }

    [Fact]
    public void Every_node_is_watched_by_as_many_living_ones_as_configured()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(0, 15 + random.Next(30)).Select(n => new UniqueAddress(Histories.Node(n).Address, random.Next())).ToList();
            var lost = nodes.Where(_ => random.Next(5) == 0).ToHashSet();
            var watched = new Dictionary<UniqueAddress, int>();
            foreach (var node in nodes.Where(n => !lost.Contains(n)))
            {
                var receivers = HeartbeatRing.Receivers(node, nodes, lost, 4);
                Assert.DoesNotContain(node, receivers);
                Assert.Equal(4, receivers.Count(r => !lost.Contains(r)));
                foreach (var receiver in receivers) watched[receiver] = watched.GetValueOrDefault(receiver) + 1;
            }

            // Also those who are lost: somebody must notice when they are back.
            Assert.All(nodes, n => Assert.True(watched.GetValueOrDefault(n) >= 4, $"seed {seed}: {n} is watched by {watched.GetValueOrDefault(n)}"));
        }
    }
}

using Cluster.Actors.Topology;

namespace Cluster.Actors;

/// <summary>What the actors of a node tell the process that hosts them. Called from actor threads: hand over, do not block.</summary>
public interface INodeHost
{
    /// <summary>The node cannot run as it is (identity or name of a living node, another cluster's folder): one clear line, then the process ends.</summary>
    void Refused(string line);

    /// <summary>Whom the node waits for before it has a cluster; empty = for nobody any more. Repeated only when it changes.</summary>
    void Waiting(string text);

    /// <summary>The first topology of this ActorSystem is known and the shards have been started.</summary>
    void Started(TopologyContent topology);

    /// <summary>This ActorSystem is not in the right Akka cluster (any more): end it and build a new one on the same storage.</summary>
    void RebuildNeeded(string reason);
}

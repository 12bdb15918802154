using System.Collections.Immutable;
using System.Text.Json;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;

namespace Cluster.Node.Http;

/// <summary>
/// The topology as all nodes together see it. A node knows its own replicas, and all replicas of the shards that it leads; of the rest
/// it has hearsay. So an answer for operators asks every other node for its own view and lets each replica speak for itself; the
/// leader of the highest term speaks for replicas whose node does not answer, and those do not count as replicating.
/// </summary>
internal sealed class TopologyGatherer(Guid self, ITopologyView local) : IDisposable
{
    /// <summary>Path of a node's own view, for other nodes: it asks nobody else.</summary>
    public const string LocalView = "/api/topology?view=local";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = Patience, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), UseProxy = false })
    {
        Timeout = Patience,
    };

    public TopologyView Local => local.Current;

    public async Task<TopologyView> GatherAsync()
    {
        var own = local.Current;
        // All of them: a node that the Akka cluster has given up may well be alive, and its replicas count.
        var others = own.Nodes.Where(node => node.Id != self).ToArray();
        var answers = await Task.WhenAll(others.Select(AskAsync)).ConfigureAwait(false);
        var views = new Dictionary<Guid, TopologyView> { [self] = own };
        for (int i = 0; i < others.Length; i++)
            if (answers[i] is { } answer) views[others[i].Id] = answer;
        return Merge(own, views);
    }

    public void Dispose() => _client.Dispose();

    internal static TopologyView Merge(TopologyView own, IReadOnlyDictionary<Guid, TopologyView> views)
    {
        var shards = ImmutableArray.CreateBuilder<ShardView>(own.Shards.Length);
        foreach (var shard in own.Shards)
        {
            var newest = shard;
            foreach (var view in views.Values)
                if (Find(view, shard.Shard) is { } other && IsNewer(other, newest)) newest = other;
            long commit = shard.CommitLsn;
            foreach (var view in views.Values) commit = Math.Max(commit, Find(view, shard.Shard)?.CommitLsn ?? 0);
            var leader = newest.Leader is { } node && views.TryGetValue(node, out var leading) ? Find(leading, shard.Shard) ?? newest : newest;
            var replicas = ImmutableArray.CreateBuilder<ReplicaStatus>(leader.Replicas.Length);
            foreach (var replica in leader.Replicas) replicas.Add(StatusOf(replica, shard.Shard, views));
            shards.Add(newest with { CommitLsn = commit, Replicas = replicas.ToImmutable() });
        }

        return own with { Shards = shards.MoveToImmutable() };
    }

    private static ReplicaStatus StatusOf(ReplicaStatus hearsay, int shard, IReadOnlyDictionary<Guid, TopologyView> views)
    {
        if (!views.TryGetValue(hearsay.Node, out var view)) return hearsay with { State = ShardState.Recovering };
        if (Find(view, shard) is { } known)
            foreach (var replica in known.Replicas)
                if (replica.Node == hearsay.Node) return replica;
        return hearsay with { State = ShardState.Recovering };
    }

    private static bool IsNewer(ShardView other, ShardView than) =>
        other.Term > than.Term || (other.Term == than.Term && than.Leader is null && other.Leader is not null);

    private static ShardView? Find(TopologyView view, int shard) =>
        shard < view.Shards.Length && view.Shards[shard].Shard == shard ? view.Shards[shard] : null;

    private async Task<TopologyView?> AskAsync(NodeView node)
    {
        try
        {
            using var stream = await _client.GetStreamAsync($"http://{node.Http}{LocalView}").ConfigureAwait(false);
            using var json = await JsonDocument.ParseAsync(stream).ConfigureAwait(false);
            return TopologyJson.Read(json.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null; // away, or of a version that speaks otherwise
        }
    }
}

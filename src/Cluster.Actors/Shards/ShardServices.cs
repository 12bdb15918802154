using Cluster.Actors.Peers;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>What all shards of a node share. Owned by the host; an ActorSystem that is rebuilt gets the same again, with its own peers.</summary>
public sealed record ShardServices
{
    public required Guid NodeId { get; init; }

    public required ShardSettings Settings { get; init; }

    public required IShardPeers Peers { get; init; }

    /// <summary>Null: shards are never parked.</summary>
    public IShardParking? Parking { get; init; }

    public required ShardRouter Router { get; init; }

    public required ShardDirectory Directory { get; init; }

    public required ShardTicker Ticker { get; init; }

    public required BlockingWorkers Workers { get; init; }

    public required NodeTransfers Transfers { get; init; }

    public required HybridClock Hybrid { get; init; }

    /// <summary>In which region each node is when the shards are opened; later news comes with each topology.</summary>
    public IReadOnlyDictionary<Guid, int> Regions { get; init; } = new Dictionary<Guid, int>();

    /// <summary>Of everything that the core measures; with lease reads one that runs through suspend.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What the peers' clocks say of the own one; null: there are no peers to ask.</summary>
    public NodeClocks? Clocks { get; init; }

    /// <summary>Seeds of election time-outs. Any thread.</summary>
    public Func<ulong> NextSeed { get; init; } = static () => unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));

    /// <summary>The queue of a data shard; the meta shard has none, for clients have no business there.</summary>
    internal ShardQueue? QueueOf(int shard) => shard == ShardId.Meta ? null : Router.QueueOf(shard);

    /// <summary>Wall clock µs: larger at every start, unless the clock goes back (which the streams survive).</summary>
    internal long FirstForwardStream() => (Time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}

using Cluster.Storage;
using Cluster.Storage.Sessions;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>
/// What makes the writes of one client connection repeatable (R11): towards each shard it is a session of its own, and each of its batches with writes is the next sequence.
/// Invariants:
///   C1 a batch gets its sequence when the shard's actor on this node takes it from the queue, so sequences are in the order of submission;
///   C2 a (session, sequence) names one batch for ever, whoever leads: it is evaluated once, or found by its records.
/// Any number of shards at once; of one shard only its actor.
/// </summary>
public sealed class ConnectionSession
{
    private readonly Lock _growing = new();
    private Towards?[] _shards = [];

    private sealed class Towards(Guid id)
    {
        public readonly Guid Id = id;
        public long Sequence;
    }

    /// <summary>The next write towards a shard. Allocates at the first one only.</summary>
    internal SessionStamp Next(int shard, HybridClock clock)
    {
        var shards = Volatile.Read(ref _shards);
        var towards = shard < shards.Length ? shards[shard] : null;
        towards ??= Begin(shard, clock);
        return new SessionStamp(towards.Id, ++towards.Sequence);
    }

    private Towards Begin(int shard, HybridClock clock)
    {
        var begun = new Towards(SessionId.Create(clock.Next(), unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue))));
        lock (_growing)
        {
            var shards = _shards;
            if (shard >= shards.Length)
            {
                Array.Resize(ref shards, Math.Max(shard + 1, shards.Length * 2));
                Volatile.Write(ref _shards, shards);
            }

            shards[shard] = begun;
        }

        return begun;
    }
}

using System.Globalization;
using System.Text.Unicode;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

// How old what a READONLY read shows is.
//
// Invariant A1: everything that the leader followed here had committed at _freshAt (own monotonic clock) is shown here. It is the time at which the pull was sent
// whose answer told a commit LSN that has been reached, so that neither a slow line nor a process that was stopped makes it younger. Where heartbeats between the
// nodes speak for a parked shard it is when the newest own one was sent that the leader's node returned while it vouched for the shard.
// A leader that a majority has left without its knowledge gives up within an election time-out: by so much it may be older than said.
// Nothing is durable: a replica that starts does not know how old it is until its first answer.
internal sealed partial class ShardReplica
{
    private long _pullNumber;
    private long _pullSentAt;
    private long _freshAt;

    /// <summary>The leader that this is measured by.</summary>
    private Guid? _freshOf;

    /// <summary>The oldest commit LSN told that is not reached yet, and when it was asked for.</summary>
    private Lsn _freshWith;
    private long _freshWithAt;

    private void PullSent(long number, long now) => (_pullNumber, _pullSentAt) = (number, now);

    /// <summary>When the pull was sent that this answers; 0: it is an old one, or not of the leader. Before the core has it.</summary>
    private long AskedAt(Guid from, in PullAnswer answer) =>
        answer.Outcome == PullOutcome.Records && answer.Number == _pullNumber && from == _core.Leader && answer.Term == _core.Term ? _pullSentAt : 0;

    private void NoteFresh(Lsn commit, long askedAt)
    {
        if (askedAt == 0) return;
        _freshOf = _core.Leader ?? _freshOf;
        if (_store.CommitLsn >= commit) Fresh(askedAt);
        else if (_freshWithAt == 0) (_freshWith, _freshWithAt) = (commit, askedAt);
    }

    private void FreshIfReached()
    {
        if (_freshWithAt == 0 || _store.CommitLsn < _freshWith) return;
        Fresh(_freshWithAt);
        _freshWithAt = 0;
    }

    private void Fresh(long at)
    {
        _freshAt = Math.Max(_freshAt, at);
        _cell.FreshAt = _freshAt;
    }

    /// <summary>µs; -1: not known.</summary>
    private long Staleness(long now) => _leading ? 0 : _freshAt == 0 ? -1 : Math.Max(0, now - _freshAt);

    /// <summary>A read with a bound that this replica exceeds is refused; true if so. Where this node leads it is not read here, but as any other.</summary>
    private bool RefuseStale(CommandBatch batch)
    {
        long bound = batch.MaxStalenessMicros;
        if (bound == 0) return false;
        long now = _clock.Now;
        if (IsWithin(bound, now)) return false;
        if (IsParked)
        {
            // The heartbeats know how fresh it is; whoever reads is a reason to be awake.
            GoOn(now);
            if (IsWithin(bound, now)) return false;
        }

        Span<byte> text = stackalloc byte[256];
        long old = Staleness(now);
        int length;
        if (old < 0) Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"TRYAGAIN shard {_shard} on this node has not heard its leader {LeaderText()} yet, and {bound / 1000} ms behind are allowed", out length);
        else Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"TRYAGAIN shard {_shard} on this node is up to {old / 1000} ms behind its leader {LeaderText()}, and {bound / 1000} ms are allowed", out length);
        Refuse(batch, text[..length]);
        return true;
    }

    private bool IsWithin(long bound, long now) => Staleness(now) is >= 0 and var old && old <= bound;

    private void TellStaleness(CommandBatch batch)
    {
        long now = _clock.Now;
        if (IsParked && !_leading) GoOn(now);
        long old = Staleness(now);
        Span<byte> text = stackalloc byte[256];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"shard={_shard} behind-ms={(old < 0 ? -1 : old / 1000)} applied={_store.CommitLsn.Value} leader={LeaderText()} copy-needed={(_cell.IsStale ? 1 : 0)}", out int length);
        batch.SetBulk(0, text[..length]);
        batch.Complete();
    }

    /// <summary>As CLUSTER NODES writes it.</summary>
    private string LeaderText() => (_core.Leader ?? _freshOf) is { } leader ? leader.ToString("N") + "00000000" : "none";
}

using Cluster.Storage.Archive.Stores;

namespace Cluster.Storage.Archive.Layout;

public enum LeaseOutcome
{
    /// <summary>It is ours until <see cref="ArchiveLease.Duration"/> after this call began.</summary>
    Held,

    /// <summary>Another process has it and renews it.</summary>
    Others,

    /// <summary>Another process has it; it can be taken when it has not been renewed for its duration, which has not passed yet.</summary>
    Waiting,

    /// <summary>The store has no conditional replacement: there is no lease, and nothing that excludes a second archiver.</summary>
    NotPossible,
}

/// <summary>
/// Excludes two archivers of one node id (docs/formats/archive.md).
///
/// Invariants:
/// L1. Every change is a put under the condition that the lease is what was read: of two that try, one succeeds.
/// L2. No two clocks are compared. A lease of another is taken only after it was seen unchanged for its whole duration, measured here from the first look; its holder stops
///     trusting it when its own duration has passed since the call that renewed it <em>began</em>. So it has stopped before anybody could have taken it.
/// L3. <see cref="IsHeld"/> is asked before every upload. An upload that was begun before may still arrive later: it lies in the folder of its term and is the
///     same history or a fork that verify names; the lease keeps that rare, the layout keeps it harmless.
///
/// A crash leaves the lease; the same node's next process waits out one duration. One owner, one call at a time.
/// </summary>
public sealed class ArchiveLease(IObjectStore store, string root, Guid node, Guid process, TimeProvider time)
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private const int BytesMax = 1 << 20;

    private readonly string _name = root + ArchiveNames.Lease(node);
    private string? _tag;
    private long _renewal;
    private long? _heldSince;
    private string? _seenTag;
    private long _seenSince;

    public bool IsHeld => _heldSince is { } since && time.GetElapsedTime(since) < Duration;

    /// <summary>Takes it, or renews it with these heads. Throws <see cref="ObjectStoreException"/>: then it is held as long as it was.</summary>
    public async Task<LeaseOutcome> RenewAsync(IReadOnlyList<ArchiveHead> heads, CancellationToken cancellation = default)
    {
        if (!store.Protections.Creates || !store.Protections.Replaces)
            return LeaseOutcome.NotPossible;
        var began = time.GetTimestamp();
        if (_tag is null)
        {
            var outcome = await LookAsync(cancellation).ConfigureAwait(false);
            if (outcome != LeaseOutcome.Held)
                return outcome;
        }

        var put = await store.PutAsync(_name, ObjectContent.FromBytes(Document(process, heads).Encode()), _tag is null ? PutCondition.IfAbsent : PutCondition.IfTag(_tag), cancellation).ConfigureAwait(false);
        if (!put.Written)
        {
            // Somebody was faster, or an earlier attempt of ours arrived after all: look again next time.
            _tag = null;
            _heldSince = null;
            return LeaseOutcome.Others;
        }

        _tag = put.Tag;
        _heldSince = began;
        return LeaseOutcome.Held;
    }

    /// <summary>Gives it up at a planned end, so that the next process need not wait. The heads stay.</summary>
    public async Task ReleaseAsync(IReadOnlyList<ArchiveHead> heads, CancellationToken cancellation = default)
    {
        if (!IsHeld || _tag is null)
            return;
        _heldSince = null;
        await store.PutAsync(_name, ObjectContent.FromBytes(Document(Guid.Empty, heads).Encode()), PutCondition.IfTag(_tag), cancellation).ConfigureAwait(false);
        _tag = null;
    }

    /// <summary>Whether it may be taken now; the tag to replace is then known, null if there is no lease.</summary>
    private async Task<LeaseOutcome> LookAsync(CancellationToken cancellation)
    {
        if (await store.FindAsync(_name, cancellation).ConfigureAwait(false) is not { Tag: { } tag })
            return LeaseOutcome.Held;
        var bytes = await ObjectTransfer.ReadAsync(store, _name, BytesMax, new RetryPolicy { Time = time }, cancellation).ConfigureAwait(false);
        ArchiveLeaseDocument? found;
        try
        {
            found = ArchiveLeaseDocument.Decode(bytes, ArchiveNames.Lease(node));
        }
        catch (ArchiveException)
        {
            // Whoever wrote it cannot be told; it may be alive.
            found = null;
        }

        _renewal = Math.Max(_renewal, found?.Renewal ?? 0);
        if (found is not null && (found.Process == process || found.Process == Guid.Empty))
        {
            _tag = tag;
            return LeaseOutcome.Held;
        }

        if (_seenTag != tag)
        {
            var first = _seenTag is null;
            (_seenTag, _seenSince) = (tag, time.GetTimestamp());
            return first ? LeaseOutcome.Waiting : LeaseOutcome.Others;
        }

        var duration = TimeSpan.FromMilliseconds(Math.Max(found?.DurationMs ?? 0, Duration.TotalMilliseconds));
        if (time.GetElapsedTime(_seenSince) < duration)
            return LeaseOutcome.Waiting;
        _tag = tag;
        return LeaseOutcome.Held;
    }

    private ArchiveLeaseDocument Document(Guid holder, IReadOnlyList<ArchiveHead> heads) => new()
    {
        Node = node,
        Process = holder,
        Renewal = ++_renewal,
        DurationMs = (long)Duration.TotalMilliseconds,
        RenewedAt = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
        Heads = heads,
    };
}

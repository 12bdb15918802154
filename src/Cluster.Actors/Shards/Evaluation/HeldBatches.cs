using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>A batch that was evaluated up to a command whose value is being fetched, or that stands behind such a one.</summary>
internal sealed class HeldBatch(CommandBatch batch)
{
    public CommandBatch Batch => batch;

    /// <summary>Of its owner, which is gone once the batch is completed.</summary>
    public object Lane { get; } = batch.Owner!.Lane;

    /// <summary>The first command that is not evaluated yet.</summary>
    public int Next { get; set; }

    /// <summary>What the commands before it depend on.</summary>
    public ReplyDependency Dependency { get; set; }

    /// <summary>Values of reads before it, to be read once everything is evaluated; null if there are none.</summary>
    public List<ColdValue>? Cold { get; set; }

    /// <summary>The values that it waits for, or has; null if none are missing.</summary>
    public ValueFetch? Fetch { get; set; }

    /// <summary>Fetches that it has waited for at the same command.</summary>
    public int Attempts { get; set; }

    public bool IsReady => Fetch is null or { IsDone: true };
}

/// <summary>
/// Batches of a leader that are not wholly evaluated, by lane and in the order of submission. While the first of a lane waits for a value, nothing
/// behind it in the lane is evaluated; other lanes go on, since nobody can tell in which order commands of two clients were submitted.
/// Owned by the shard's actor.
/// </summary>
internal sealed class HeldBatches
{
    private readonly Dictionary<object, RingDeque<HeldBatch>> _lanes = [];
    private readonly List<object> _scratch = [];

    /// <summary>Held batches of all lanes.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the fetches that they wait for or have.</summary>
    public long FetchBytes { get; private set; }

    public bool IsHeld(object lane) => _lanes.ContainsKey(lane);

    public void Add(HeldBatch held)
    {
        if (!_lanes.TryGetValue(held.Lane, out var line)) _lanes.Add(held.Lane, line = new RingDeque<HeldBatch>());
        line.PushBack(held);
        Count++;
    }

    /// <summary>The lane's first, if it has what it waited for.</summary>
    public HeldBatch? FirstReady(object lane) => _lanes.TryGetValue(lane, out var line) && line[0].IsReady ? line[0] : null;

    public void SetFetch(HeldBatch held, ValueFetch? fetch)
    {
        if (held.Fetch is { } old)
        {
            FetchBytes -= old.Bytes;
            if (old.IsDone) old.Release();
        }

        held.Fetch = fetch;
        if (fetch is not null) FetchBytes += fetch.Bytes;
    }

    public void RemoveFirst(HeldBatch held)
    {
        var line = _lanes[held.Lane];
        Invariant.Check(line[0] == held, "held batches of a lane leave in order");
        line.PopFront();
        if (line.Count == 0) _lanes.Remove(held.Lane);
        SetFetch(held, null);
        Count--;
    }

    /// <summary>Lanes whose first batch can go on. Valid until the next call.</summary>
    public List<object> ReadyLanes()
    {
        _scratch.Clear();
        foreach (var (lane, line) in _lanes)
            if (line[0].IsReady) _scratch.Add(lane);
        return _scratch;
    }

    /// <summary>A lane's first batch that was submitted before that moment, or null.</summary>
    public HeldBatch? FirstOlderThan(long submittedAt)
    {
        foreach (var line in _lanes.Values)
            if (line[0].Batch.Progress.SubmittedAt <= submittedAt) return line[0];
        return null;
    }

    /// <summary>Forgets all; adds them to the list, of each lane the newest first.</summary>
    public void TakeAll(List<HeldBatch> to)
    {
        foreach (var line in _lanes.Values)
            while (line.Count > 0) to.Add(line.PopBack());
        foreach (var held in to) SetFetch(held, null);
        _lanes.Clear();
        Count = 0;
    }
}

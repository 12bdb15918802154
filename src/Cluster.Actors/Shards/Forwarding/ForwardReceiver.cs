namespace Cluster.Actors.Shards;

/// <summary>What to do with a received forward.</summary>
internal enum ForwardVerdict
{
    Accept,

    /// <summary>A copy of one that was accepted: its answer is under way or was sent.</summary>
    Duplicate,

    /// <summary>Answer <see cref="ForwardOutcome.Refused"/> with the number given.</summary>
    Refuse,

    /// <summary>Answer <see cref="ForwardOutcome.Stale"/>.</summary>
    Stale,
}

/// <summary>
/// The receiving side of the forward streams of one shard. It accepts number n of a stream only while it leads in the
/// stream's term, only directly after n−1, and, once it has refused one, nothing more of that stream: so a refusal is
/// definite for all that follows it. The memory of the last leadership is kept until the next, so that a late copy of an
/// accepted forward is never taken for one that was not accepted. Of each node it knows the newest stream only.
/// </summary>
internal sealed class ForwardReceiver
{
    private readonly Dictionary<Guid, StreamState> _streams = [];
    private long _ledTerm;
    private bool _leading;

    private sealed class StreamState
    {
        public long Stream;
        public long Next;
        public bool Broken;
        public ForwardOrigin? Origin;
    }

    public void BeginLeading(long term)
    {
        _streams.Clear();
        _ledTerm = term;
        _leading = true;
    }

    /// <summary>Nothing is accepted from now on; also while leadership is being handed over.</summary>
    public void StopLeading() => _leading = false;

    /// <summary>The hand-over has failed. What was refused meanwhile comes again in new streams.</summary>
    public void ResumeLeading() => _leading = true;

    /// <summary>Says to the sender of each stream of this leadership where it ended, or that it may begin again.</summary>
    public void TellSenders(ForwardOutcome outcome, int shard, Guid self, IShardPeers peers)
    {
        foreach (var (from, state) in _streams)
        {
            state.Broken = true;
            peers.Send(from, shard, new ForwardReply(state.Stream, state.Next, outcome, _ledTerm, self, batch: null, replies: default));
        }
    }

    /// <summary>On Refuse, <paramref name="number"/> becomes the first number that was definitely not accepted.</summary>
    public ForwardVerdict Judge(Guid from, long stream, long term, ref long number, bool check = false)
    {
        if (term < _ledTerm && term != 0) return ForwardVerdict.Stale;
        if (term != _ledTerm || term == 0) return ForwardVerdict.Refuse;
        if (!_streams.TryGetValue(from, out var state)) _streams.Add(from, state = new StreamState { Stream = long.MinValue });
        if (stream < state.Stream) return ForwardVerdict.Stale;
        if (stream > state.Stream)
        {
            state.Stream = stream;
            state.Next = 1;
            state.Broken = false;
            if (state.Origin is { } older) older.IsOver = true;
            state.Origin = null;
        }
        if (number < state.Next) return ForwardVerdict.Duplicate;
        if (number > state.Next || state.Broken || !_leading)
        {
            state.Broken = true;
            number = state.Next;
            return ForwardVerdict.Refuse;
        }
        // All below the number have arrived: nothing to say.
        if (check) return ForwardVerdict.Duplicate;
        state.Next++;
        return ForwardVerdict.Accept;
    }

    /// <summary>The owner of all batches of a node's newest stream.</summary>
    public ForwardOrigin OriginOf(Guid from, int shard, Guid self, IShardPeers peers)
    {
        var state = _streams[from];
        return state.Origin ??= new ForwardOrigin(from, shard, state.Stream, _ledTerm, self, peers);
    }
}

/// <summary>Sends the replies of accepted forwards back. The batch's tag is its number in the stream.</summary>
internal sealed class ForwardOrigin(Guid from, int shard, long stream, long term, Guid self, IShardPeers peers) : IBatchOwner
{
    private bool _given;

    /// <summary>A newer stream of the same node has begun: what it has sent with a stamp and is not answered comes again there.</summary>
    public bool IsOver { get; set; }

    /// <summary>
    /// The leadership is over before the batch could be answered. Its sender is told once that nothing can be said about the stream, and sends what is unanswered to the
    /// next leader, as an attempt that may have been appended. Only for batches that this is safe for: with a stamp, or without writes.
    /// </summary>
    public void GiveBack(CommandBatch batch)
    {
        if (!_given) peers.Send(from, shard, new ForwardReply(stream, batch.OwnerTag, ForwardOutcome.Stale, term, Guid.Empty, batch: null, replies: default));
        _given = true;
        batch.Release();
    }

    public void Completed(CommandBatch batch) =>
        peers.Send(from, shard, new ForwardReply(stream, batch.OwnerTag, ForwardOutcome.Answered, term, self, batch, default));
}

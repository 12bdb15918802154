namespace Cluster.Actors.Shards;

/// <summary>
/// Forwards the batches of one shard from this node to its leader, in order, without losing or repeating one.
/// Owned by the shard's actor; no clock inside (now = monotonic µs).
/// A batch is in one of three places:
///   queued     — to be sent. Not sent yet, or definitely refused, or, with a stamp, sent in an earlier stream without an answer: then it is marked as one that may be
///                appended, and whoever leads looks for it before he evaluates it (R11);
///   in flight  — sent in the current stream, no answer yet;
///   in doubt   — without a stamp, sent in an earlier stream, no answer yet. It is never sent again: it may have been appended.
/// Invariants:
///   F1 queued batches are sent in the order of submission; the end of a stream puts all that may be sent again back, in order;
///   F2 a stream is bound to one leader in one term: another target starts another stream;
///   F3 every batch is completed by its time-out: with a definite error if it cannot have been appended, otherwise its writes as unknown.
/// What a crash of this node leaves: nothing; its clients' connections are gone, and what they sent is unknown to them.
/// </summary>
internal sealed class ForwardSender(int shard, Guid self, IShardPeers peers, ShardSettings settings, long firstStream)
{
    /// <summary>A leader that we no longer believe in may still answer; after this its batches are given up.</summary>
    private const long DoubtGraceMicros = 500_000;

    /// <summary>Between two questions for the leader, to one replica after the other.</summary>
    private const long ProbeMicros = 100_000;

    /// <summary>After this long without a sending, the leader is asked whether it has received everything.</summary>
    private const long CheckMicros = 200_000;

    private readonly RingDeque<CommandBatch> _queued = new();
    private readonly RingDeque<InFlight> _inFlight = new();
    private readonly ForwardDoubts _doubts = new(shard);
    private readonly long _timeoutMicros = (long)settings.WriteTimeout.TotalMicroseconds;

    private Guid[] _replicas = [];
    private int _nextProbe;
    private long _probeAt;
    private long _checkAt;
    private long _sentThrough;
    private long _stream = firstStream;
    private long _nextNumber = 1;

    // The target: whom we take for the leader of which term. Not usable: nobody known, or it refused in that very term.
    private Guid _leader;

    /// <summary>It was not heard for a while: it will hardly answer what it got.</summary>
    private Guid _broken;

    private long _term;
    private bool _usable;

    private readonly record struct InFlight(CommandBatch Batch, long Number);

    public int QueuedCount => _queued.Count;

    public int UnansweredCount => _inFlight.Count + _doubts.Count;

    /// <summary>Who may be asked for the leader while none is known.</summary>
    public void SetReplicas(Guid[] replicas) => _replicas = replicas;

    public void Enqueue(CommandBatch batch)
    {
        _queued.PushBack(batch);
        Pump();
    }

    /// <summary>Puts a batch back that was taken for an evaluation which left no trace.</summary>
    public void EnqueueFirst(CommandBatch batch) => _queued.PushFront(batch);

    /// <summary>Puts a batch back that was evaluated under a leadership that is over.</summary>
    public void Retry(CommandBatch batch, long term)
    {
        batch.Rewind(term);
        _queued.PushFront(batch);
        Pump();
    }

    /// <summary>Takes the oldest batch that was not sent, for this node's own evaluation once it leads.</summary>
    public bool TryTakeQueued(out CommandBatch batch)
    {
        batch = null!;
        if (_queued.Count == 0) return false;
        batch = _queued.PopFront();
        return true;
    }

    /// <summary>This node knows a leader. News that is not newer changes nothing.</summary>
    public void LeaderIs(Guid leader, long term, long now)
    {
        if (term < _term || leader == self || (term == _term && leader == _leader && _usable)) return;
        EndStream();
        _doubts.GiveUpOlderTerms(term, now + DoubtGrace);
        _doubts.Tick(now, _timeoutMicros);
        _leader = leader;
        _term = term;
        _usable = true;
        Pump();
    }

    /// <summary>Nobody is known to lead: what was sent stays in doubt.</summary>
    public void NoLeader(long term)
    {
        EndStream();
        _term = Math.Max(_term, term);
        _usable = false;
    }

    /// <summary>This node leads; its actor takes what is queued.</summary>
    public void SelfLeads(long term, long now)
    {
        NoLeader(term);
        _doubts.GiveUpOlderTerms(term, now + DoubtGrace);
        _doubts.Tick(now, _timeoutMicros);
    }

    public void Receive(Guid from, ForwardReply reply, long now)
    {
        if (reply.Outcome == ForwardOutcome.Answered)
        {
            Answered(reply);
        }
        else if (reply.Stream != _stream || from != _leader)
        {
            if (reply.Outcome is ForwardOutcome.Refused or ForwardOutcome.Moving) _doubts.Refuse(reply.Stream, reply.Number);
        }
        else
        {
            Returned(from, reply);
        }

        bool news = reply.Term > _term || (reply.Term == _term && !_usable && (reply.Leader != _leader || reply.Leader == from));
        if (reply.Leader != Guid.Empty && reply.Outcome != ForwardOutcome.Moving && news) LeaderIs(reply.Leader, reply.Term, now);
        Pump();
    }

    /// <summary>A node is not heard any more: once there is another leader, nothing is waited for from that one.</summary>
    public void LinkBroken(Guid peer) => _broken = peer;

    private long DoubtGrace => _leader == _broken ? 0 : DoubtGraceMicros;

    /// <summary>What was sent over the link before may be lost: ask at once.</summary>
    public void LinkRestored(Guid peer)
    {
        if (_broken == peer) _broken = Guid.Empty;
        if (_usable && peer == _leader && _inFlight.Count > 0) SendCheck();
    }

    /// <summary>Completes what has waited too long and asks for the leader.</summary>
    public void Tick(long now)
    {
        while (_queued.Count > 0 && Expired(_queued[0], now))
        {
            var batch = _queued.PopFront();
            batch.RefuseUnanswered(_usable ? ShardErrors.NotAccepted : ShardErrors.NoLeader);
            batch.Complete();
        }

        while (_inFlight.Count > 0 && Expired(_inFlight[0].Batch, now)) ForwardDoubts.GiveUp(_inFlight.PopFront().Batch, shard, _term);
        _doubts.Tick(now, _timeoutMicros);
        Pump();
        if (_usable && _inFlight.Count > 0) Check(now);
        else if (!_usable && _queued.Count > 0 && now >= _probeAt) Probe(now);
    }

    /// <summary>The actor stops: everything is completed with what is known.</summary>
    public void CompleteAll()
    {
        while (_queued.Count > 0)
        {
            var batch = _queued.PopFront();
            batch.RefuseUnanswered(ShardErrors.Stopping);
            batch.Complete();
        }

        while (_inFlight.Count > 0) ForwardDoubts.GiveUp(_inFlight.PopFront().Batch, shard, _term);
        _doubts.GiveUpAll();
    }

    private void Pump()
    {
        while (_usable && _queued.Count > 0 && _inFlight.Count < settings.ForwardsInFlightMax)
        {
            var batch = _queued.PopFront();
            long number = _nextNumber++;
            _inFlight.PushBack(new InFlight(batch, number));
            batch.Retain();
            peers.Send(_leader, shard, new ForwardRequest(_stream, number, _term, batch));
        }
    }

    private void Probe(long now)
    {
        _probeAt = now + ProbeMicros;
        for (int i = 0; i < _replicas.Length; i++)
        {
            var node = _replicas[_nextProbe++ % _replicas.Length];
            if (node == self) continue;
            peers.Send(node, shard, new ForwardRequest(stream: 0, number: 0, term: 0, CommandBatch.Rent()));
            return;
        }
    }

    private void Check(long now)
    {
        if (_sentThrough != _nextNumber)
        {
            _sentThrough = _nextNumber;
            _checkAt = now + CheckMicros;
        }
        else if (now >= _checkAt)
        {
            _checkAt = now + CheckMicros;
            SendCheck();
        }
    }

    private void SendCheck() => peers.Send(_leader, shard, new ForwardRequest(_stream, _nextNumber, _term, CommandBatch.Rent()));

    private void Answered(ForwardReply reply)
    {
        var batch = reply.Stream == _stream ? TakeInFlight(reply.Number) : _doubts.Take(reply.Stream, reply.Number);
        if (batch is null) return;
        try
        {
            batch.ReadReplies(reply.Replies.Span);
        }
        catch (CommandFormatException)
        {
            ForwardDoubts.GiveUp(batch, shard, reply.Term);
            return;
        }

        batch.Complete();
    }

    /// <summary>The current stream was refused, from a number on or without a statement (stale).</summary>
    private void Returned(Guid from, ForwardReply reply)
    {
        if (reply.Outcome is ForwardOutcome.Refused or ForwardOutcome.Moving)
            while (_inFlight.Count > 0 && _inFlight[_inFlight.Count - 1].Number >= reply.Number)
                _queued.PushFront(_inFlight.PopBack().Batch);
        EndStream();
        if (reply.Outcome == ForwardOutcome.Moving)
        {
            // Only it can say that it goes on.
            _usable = false;
            return;
        }

        if (reply.Term == _term && reply.Leader == from)
        {
            // It does lead, only the stream was broken. If it remembers a later one of ours, the clock that gave our first number went back.
            if (reply.Outcome == ForwardOutcome.Stale) _stream += 1L << 40;
            return;
        }

        _usable = false;
    }

    /// <summary>What is in flight goes back to be sent again, except writes without a stamp, and reads that would see a later write of their own connection.</summary>
    private void EndStream()
    {
        int older = _doubts.Count;
        HashSet<object>? wrote = null;
        while (_inFlight.Count > 0)
        {
            var last = _inFlight.PopBack();
            if (last.Batch.HasStamp)
            {
                last.Batch.MayBeAppended = true;
                if (last.Batch.EarlierTerm == 0) last.Batch.EarlierTerm = _term;
                _queued.PushFront(last.Batch);
                if (last.Batch.Owner is { } owner) (wrote ??= []).Add(owner.Lane);
            }
            else if (last.Batch.HasWrite || _doubts.HasLane(older, last.Batch.Owner?.Lane) || (last.Batch.Owner is { } reader && wrote?.Contains(reader.Lane) == true))
            {
                _doubts.Add(last.Batch, _stream, last.Number, _term);
            }
            else _queued.PushFront(last.Batch);
        }

        _stream++;
        _nextNumber = 1;
        _sentThrough = 0;
    }

    private CommandBatch? TakeInFlight(long number)
    {
        // Answers come nearly in order; a batch that waits for a commit lets others pass.
        for (int i = 0; i < _inFlight.Count; i++)
        {
            if (_inFlight[i].Number != number) continue;
            var batch = _inFlight[i].Batch;
            for (int j = i; j > 0; j--) _inFlight[j] = _inFlight[j - 1];
            _inFlight.PopFront();
            return batch;
        }

        return null;
    }

    private bool Expired(CommandBatch batch, long now) => now - batch.Progress.SubmittedAt >= _timeoutMicros;
}

using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// One running replica of a shard: feeds the pure core and carries out its effects on the store, the log and the peer layer.
/// Plain code, driven by one actor, one call at a time; completions come back through the mailbox.
/// Every input ends with <see cref="Settle"/>: the effects in the core's order, then read rounds, then the replies that may leave.
/// </summary>
internal sealed partial class ShardReplica
{
    /// <summary>Batches that one wake evaluates before other messages get their turn.</summary>
    private const int BatchesPerWakeMax = 256;

    private const long ForwardTickMicros = 50_000;

    private readonly int _shard;
    private readonly ShardServices _services;
    private readonly LocalShard _local;
    private readonly ShardStore _store;
    private readonly ShardQueue? _queue;
    private readonly ForwardSender _forwards;
    private readonly ForwardReceiver _received;
    private readonly IShardMailbox _mailbox;
    private readonly IShardJournal _journal;
    private readonly MonotonicClock _clock;
    private readonly ReplicaCore _core;
    private readonly CommandEvaluator _evaluator;
    private readonly ExpirySweep _sweep;
    private readonly WaitingBatches _waiting;
    private readonly RecordReceiver _records;
    private readonly ReplicaRegistry _registry;
    private readonly ShardCell _cell;
    private readonly List<CommandBatch> _again = [];
    private readonly List<ColdValue> _cold = [];

    /// <summary>Reads from disk under way.</summary>
    private readonly HashSet<BatchRead> _reads = [];

    private RecordBytes? _incoming;

    /// <summary>Not null after an evaluation that ended in an exception: nobody else knows of this batch.</summary>
    private CommandBatch? _evaluating;
    /// <summary>It may have lost what it has acknowledged (weak fsync, other boot), and waits for a new incarnation.</summary>
    private bool _inDoubt;
    private bool _leading;
    private Term _ledTerm;
    private bool _caughtUp;
    private bool _burst;
    private bool _endBurstPosted;

    public ShardReplica(ShardServices services, LocalShard local, ForwardSender forwards, ForwardReceiver received, MetaDesk? meta, IShardMailbox mailbox, IShardJournal journal)
    {
        _shard = local.Shard;
        _services = services;
        _local = local;
        _store = local.Store;
        _queue = services.QueueOf(local.Shard);
        _forwards = forwards;
        _received = received;
        _meta = meta;
        _mailbox = mailbox;
        _journal = journal;
        _clock = new MonotonicClock(services.Time);
        _evaluator = new CommandEvaluator(_store, services.Hybrid, services.Settings.CommitPolicy);
        _sweep = new ExpirySweep(_store, services.Hybrid, _evaluator.Watched, services.Workers, mailbox);
        _waiting = new WaitingBatches(_shard, services.Settings);
        _records = new RecordReceiver(_store, services.Hybrid);
        _source = new SnapshotSource(local.Shard, services, _store, local.Options.WalKeepBytes, mailbox, journal);
        _fetch = new SnapshotFetch(local, services, mailbox, journal);
        _lastAppended = _store.Log.AppendedBytes;
        _cell = services.Directory[_shard];
        _brake = new WriterBrake(services.Settings.SlowedWritersBytesPerSecond);
        if (local.FullResyncs == _cell.FullResyncs) BeginResync(_clock.Now);
        _cell.Resyncs.Installed(local.FullResyncs);
        _registry = new ReplicaRegistry(_shard, services.NodeId, services.Peers);
        services.Hybrid.Restore(_store.Recovery.LastTimestamp);
        StayDiverged();
        _core = new ReplicaCore(StartOf(local, services, _clock.Now));
        _inDoubt = _store.Recovery.MayHaveLostAcknowledged && _core.Incarnation < 0;
        _meta?.Attach(_store, _core);
        Settle(_clock.Now);
    }

    /// <summary>Set once something happened after which this replica must not go on: why, for the operator.</summary>
    public string? Fenced { get; private set; }

    public long DueAt
    {
        get
        {
            long due = Math.Min(IsParked ? long.MaxValue : _core.NextTickAt, Math.Min(_waiting.NextTimeoutAt, _meta?.NextTimeoutAt ?? long.MaxValue));
            if (_forwards.QueuedCount + _forwards.UnansweredCount + _held.Count > 0) due = Math.Min(due, _clock.Now + ForwardTickMicros);
            if (CanEvaluate) due = Math.Min(due, _sweep.DueAt);
            if (_transfers.Count + _handOverAskers.Count + _bookmarkWaits.Count > 0) due = Math.Min(due, _clock.Now + ForwardTickMicros);
            due = Math.Min(due, Math.Min(_source.DueAt, _fetch.DueAt));
            return IsParked ? due : Math.Min(due, _registry.PublishedAt + ReplicaRegistry.PublishMicros);
        }
    }

    public void Tick()
    {
        long now = _clock.Now;
        FlushBurst(now);
        _core.FlushLag(_store.Log.UnflushedBytes, now);
        _core.ClockJudged(_services.Clocks is { IsWrong: true }, now);
        _core.Tick(now);
        if (CanEvaluate && _sweep.Run(_ledTerm, now))
        {
            _burst = true;
            FlushBurst(now);
        }

        _waiting.Expire(now, _ledTerm);
        if (_held.Count > 0)
        {
            ExpireHeld(now);
            FlushBurst(now); // rule 1: the core hears of what was appended before its effects are taken
        }

        _evaluator.Watched.Tick(now);
        ExpireTransfers(now);
        SettleBookmarks(now);
        _meta?.Expire(now);
        _forwards.Tick(now);
        if (!IsParked)
        {
            _cell.Counters.Waiting = _waiting.Count;
            _cell.Counters.Sessions = _store.Sessions.Committed.Count;
            if (now - _registry.PublishedAt >= ReplicaRegistry.PublishMicros) _registry.Publish(_cell, _core, CurrentState(), now);
            ReleaseLog(now);
        }
        TickSnapshots(now);
        Settle(now);
        ParkIfIdle(now);
    }

    public void Receive(Guid from, ShardMessage message)
    {
        long now = _clock.Now;
        if (message is not ReplicaStatusMessage) GoOn(now, forLeader: message is PullAnswerMessage or LeaderNoticeMessage);
        if (message is ForwardRequest request)
        {
            ReceiveForward(from, request, now);
            return;
        }

        FlushBurst(now);
        long askedAt = 0;
        switch (message)
        {
            case PullMessage pull:
                _registry.Progress(from, pull.Pull.Applied.Value, pull.Pull.Durable.Value, now);
                _core.Receive(from, pull.Pull, now);
                _source.Acknowledged(from, pull.Pull.Durable, _core, now);
                break;
            case PullAnswerMessage answer:
                _incoming = answer.Bytes;
                askedAt = AskedAt(from, answer.Answer);
                _core.Receive(from, answer.Answer, now);
                break;
            case AckMessage ack:
                _registry.Progress(from, ack.Ack.Applied.Value, ack.Ack.Durable.Value, now);
                _core.Receive(from, ack.Ack, now);
                _source.Acknowledged(from, ack.Ack.Durable, _core, now);
                break;
            case VoteRequestMessage vote:
                _core.Receive(from, vote.Request, now);
                break;
            case VoteReplyMessage vote:
                _core.Receive(from, vote.Reply, now);
                break;
            case LeaderNoticeMessage notice:
                _core.Receive(from, notice.Notice, now);
                break;
            case TimeoutNowMessage order:
                _core.Receive(from, order.Order, now);
                break;
            case ReplicaStatusMessage status:
                _registry.Tell(from, status, now);
                SayWhoLeads(from, status, now);
                break;
            case ForwardReply reply:
                _forwards.Receive(from, reply, now);
                break;
            case SnapshotRequest asked:
                GoOn(now);
                _source.Receive(from, asked, _core, now);
                break;
            case SnapshotAnswer answer:
                GoOn(now); // and it takes the message over
                _fetch.Receive(from, answer, NewerThan, _core.Leader, now);
                Settle(now);
                return;
        }

        Settle(now);
        if (message is PullAnswerMessage received)
        {
            NoteFresh(received.Answer.Commit, askedAt);
            NoteProgress(received.Answer, now);
        }

        _incoming = null;
        message.Release();
    }

    public void FlushMoved()
    {
        long now = _clock.Now;
        FlushBurst(now);
        var flushed = _local.TakeFlushed();
        _core.FlushedThrough(flushed, now);
        _waiting.FlushedThrough(flushed);
        Settle(now);
    }

    public void FlushFailed(Exception cause)
    {
        _journal.Error(cause, $"writing the log has failed at LSN {_store.FlushedLsn.Value}; this replica stops, and is opened anew after a while");
        Fail("its log could not be written");
    }

    public void StateSaved(StateSaved saved)
    {
        if (saved.Error is { } error)
        {
            _journal.Error(error, "saving term and vote has failed; this replica stops, and is opened anew after a while");
            Fail("its term and vote could not be saved");
            return;
        }

        long now = _clock.Now;
        FlushBurst(now);
        if (_inDoubt && saved.State.Incarnation > 0)
        {
            _inDoubt = false;
            _local.ClearDoubt(_journal);
        }

        _core.StatePersisted(saved.State, now);
        Settle(now);
    }

    public void CutFinished(Exception? error)
    {
        if (error is not null)
        {
            _journal.Error(error, "cutting the log has failed; this replica stops, and is opened anew after a while");
            Fail("its log could not be cut");
            return;
        }

        long now = _clock.Now;
        _core.CutDone(_store.LastLsn, now);
        Settle(now);
    }

    /// <summary>A link carries messages again: what was lost on it is found at once instead of by a time-out.</summary>
    public void LinkRestored(Guid peer)
    {
        long now = _clock.Now;
        FlushBurst(now);
        GoOn(now);
        _core.LinkRestored(peer, now);
        _fetch.Hurry(now);
        _registry.TellAgain();
        // Cut off for longer than an election time-out it has no leader any more, and it may be this one that it comes back to.
        if (!_leading && (_core.Leader is null || peer == _core.Leader)) BeginResync(now);
        if (!_leading && _core.Leader is null) AskWhoLeads(now);
        _forwards.LinkRestored(peer);
        Settle(now);
    }

    /// <summary>The node at the other end is hardly there any more; if the connection was <paramref name="closed"/>, its process has most likely ended.</summary>
    public void LinkBroken(Guid peer, bool closed)
    {
        long now = _clock.Now;
        FlushBurst(now);
        _forwards.LinkBroken(peer);
        if (closed)
        {
            GoOn(now);
            _core.LinkBroken(peer, now);
        }

        Settle(now);
    }

    /// <summary>A planned stop: a leader gives up first, so that the others need not wait for a time-out.</summary>
    public void Resign()
    {
        long now = _clock.Now;
        FlushBurst(now);
        GoOn(now);
        _core.Resign(now);
        Settle(now);
    }

    /// <summary>Completes everything that waits. Nothing is called after this.</summary>
    public void Stop()
    {
        Leave();
        _forwards.CompleteAll();
        _cell.State = ShardState.Stopping;
        _cell.Leadership = ShardLeadership.Unknown;
    }

    /// <summary>As <see cref="Stop"/>, but another replica will follow on the same shard: what is to be forwarded waits for it.</summary>
    public void Leave()
    {
        PublishResyncs(_clock.Now);
        _source.Dispose();
        _fetch.Leave();
        StopVouching(_clock.Now);
        _cell.Parked = false;
        LoseLeadership(LeadershipLoss.None);
        if (_evaluating is { } interrupted) WaitingBatches.Fail(interrupted, _shard, _ledTerm, ShardErrors.Failed);
        foreach (var read in _reads) read.Abandon();
        _reads.Clear();
        EndTransfers();
        RefuseBookmarks(ShardErrors.Stopping);
        _meta?.Detach();
    }

    private static ReplicaStart StartOf(LocalShard local, ShardServices services, long now)
    {
        var store = local.Store;
        var configurations = new List<Configuration> { local.Initial };
        if (store.CommittedConfiguration is { } committed) configurations[0] = ConfigurationCodec.Read(committed.Lsn, committed.Payload.Span);
        if (store.LastConfiguration is { } last && last.Lsn > configurations[0].Lsn) configurations.Add(ConfigurationCodec.Read(last.Lsn, last.Payload.Span));
        return new ReplicaStart
        {
            Node = services.NodeId,
            State = local.LoadState(),
            Configurations = configurations,
            Terms = store.Terms,
            First = store.FirstLsn,
            Last = store.LastLsn,
            Flushed = store.FlushedLsn,
            Commit = store.CommitLsn,
            Settings = new ReplicaSettings
            {
                ElectionTimeoutMicros = (long)services.Settings.ElectionTimeout.TotalMicroseconds,
                AnswerBytesMax = services.Settings.AnswerBytesMax,
                Reads = services.Settings.Reads,
                ClockDriftPercent = services.Settings.ClockDriftPercent,
            }.Validated(),
            Seed = services.NextSeed(),
            Now = now,
            Counts = !store.Recovery.MayHaveLostAcknowledged,
            Diverged = local.Divergence is not null,
        };
    }

    private void Fail(string reason)
    {
        Fenced ??= reason;
        Leaving ??= new Reopening.AsItIs();
        long now = _clock.Now;
        GoOn(now);
        _core.StorageFailed(now);
        Settle(now);
        LoseLeadership(LeadershipLoss.StorageFailed);
    }

    private void Settle(long now)
    {
        EndParkingIfAwake(now);
        do
        {
            while (_core.TryTakeEffect(out var effect)) Execute(in effect, now);
        }
        while (TakeTickets(now));

        // First, so that whoever has a reply finds at least its state published.
        Publish();
        _waiting.Release();
        _meta?.Release();
        if (_moving || _core.IsTransferring) SettleTransfer(now);
    }

    /// <summary>The replies that a transfer waited for may just have left.</summary>
    private void SettleTransfer(long now)
    {
        NoteTransfer(now);
        while (_core.TryTakeEffect(out var effect)) Execute(in effect, now);
    }

    private bool TakeTickets(long now)
    {
        _waiting.Advance(_core, _ledTerm);
        bool batches = _waiting.WantsTicket;
        bool meta = _meta?.WantsTicket == true;
        if (!batches && !meta) return false;
        // Not the reading of the clock that this turn began with: see RequestRead.
        long ticket = _core.RequestRead(_clock.Now);
        if (ticket == 0) return false;
        if (batches) _waiting.TicketTaken(ticket);
        if (meta) _meta!.TicketTaken(ticket);
        return true;
    }

    private ShardState CurrentState() =>
        Fenced is not null ? ShardState.Fenced
        : _leading ? ShardState.Leading
        : _caughtUp ? ShardState.Replicating
        : ShardState.CatchingUp;

    private void Publish()
    {
        _cell.CommitLsn = _store.CommitLsn.Value;
        _cell.AppendedLsn = _store.LastLsn.Value;
        _cell.DurableLsn = _store.FlushedLsn.Value;
        _cell.State = CurrentState();
    }
}

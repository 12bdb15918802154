using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// One replica of one shard: pull-based Raft as a state machine without I/O, clock or threads. Its owner (the shard's actor, or the
/// simulator) gives it inputs one at a time and after each executes the effects, in order:
/// <code>
/// core.Receive(from, pull, now);
/// while (core.TryTakeEffect(out Effect effect))
///     Execute(effect);               // may give further inputs: their effects queue up behind
/// </code>
/// `now` is monotonic µs of one clock that never goes back. Whatever an input's effects may depend on is held back inside: an effect
/// can be executed the moment it is taken. The order matters where one says so (see <see cref="EffectKind"/>): AppendRecords and
/// AppendNoOp are executed, and their input given, before the next effect is taken or any other input given.
///
/// Invariants:
/// I1. The term never falls and a vote of a term never changes; nothing that shows a term or a vote leaves before it is durable (R1).
/// I2. Flushed ≤ Last; Commit ≤ Last; Commit never falls. Commit may pass Flushed (R6).
/// I3. While leading, the log only grows, and every record from the no-op on has the current term.
/// I4. The commit LSN moves, at a leader, only to what a majority of the newest configuration's voters has durable, itself counted by
///     its own Flushed, and only at or behind the no-op of the current term (R6).
/// I5. A replica's log changes only by the answer to its one outstanding pull, of the current term, that begins where the log ends (R4).
/// I6. No cut below Commit, and none unless the leader has another record at the next LSN (R4, R8).
/// I7. An ack never exceeds Flushed; while a cut runs there is none (R5).
/// I8. A read ticket is confirmed only by stamps sent after it, returned by a majority, once the no-op is committed (R3, R7).
/// I9. A stopped replica (storage failed, histories parted: also one that is started with that mark) sends nothing and changes nothing.
/// I10. In one term there is one leader: whoever hears of a second one stops.
///
/// Survives a crash: <see cref="ReplicaState"/> and the flushed log. Not thread-safe: one owner.
/// </summary>
public sealed partial class ReplicaCore
{
    private readonly EffectQueue _effects = new();
    private readonly ReplicaSettings _settings;
    private readonly Guid _self;
    private long _incarnation;
    private readonly long _startedAt;
    private ConfigurationHistory _configurations;
    private Randomness _random;

    // Promises. _emitted is what the newest PersistState asked for, _durable what is known to be saved.
    private Term _term;
    private Guid? _vote;
    private ReplicaState _emitted;
    private ReplicaState _durable;

    private ReplicaRole _role;
    private Guid? _leader;
    private (ReplicaRole Role, Term Term, Guid? Leader) _announced;

    // The log, as far as the core needs to know it.
    private TermTable _terms;
    private Lsn _first;
    private Lsn _last;
    private Lsn _flushed;
    private Lsn _commit;

    /// <summary>I9. Set once, for good.</summary>
    private bool _stopped;

    public ReplicaCore(ReplicaStart start)
    {
        _settings = start.Settings.Validated();
        _self = start.Node;
        _incarnation = start.State.Incarnation;
        _startedAt = start.Now;
        _configurations = new ConfigurationHistory(start.Configurations);
        if (!start.Counts && !(Configuration.Majority == 1 && Configuration.IsVoter(_self, _incarnation)))
            _incarnation = -Math.Abs(_incarnation);
        _random = new Randomness(start.Seed);
        _term = start.State.Term;
        _vote = _settings.Planted == PlantedBug.VoteForgottenAtRestart ? null : start.State.Vote;
        _emitted = _durable = start.State with { Vote = _vote };
        _terms = start.Terms.Clone();
        _first = start.First;
        _last = start.Last;
        _flushed = start.Flushed;
        _commit = start.Commit;
        Invariant.Check(_terms.Last.First <= _last && _terms.Last.Term <= _term, "the saved term is not older than the log");
        _pullNumber = (long)(_random.Next() & 0x7FFF_FFFF) << 32;
        _role = RestingRole;
        _stopped = start.Diverged;
        _electionAt = start.Now + ElectionDelay();
        if (_role == ReplicaRole.Follower && Configuration.Majority == 1 && !_stopped)
            StartElection(start.Now);
        Finish();
    }

    public ReplicaRole Role => _role;

    public Term Term => _term;

    /// <summary>The leader of <see cref="Term"/>, if known; this node if it leads.</summary>
    public Guid? Leader => _leader;

    /// <summary>
    /// True while this replica leads, its no-op appended: records may be read for replicas, and commands that only look may be evaluated.
    /// </summary>
    public bool IsLeading => _role == ReplicaRole.Leader && !_noOp.IsNone && !_stopped;

    /// <summary>
    /// True while this replica leads and clients' records may be appended in <see cref="Term"/>. False during a transfer of leadership:
    /// commands then wait for the new leader, or are refused with a definite error; nothing of them may be appended.
    /// </summary>
    public bool CanAppend => IsLeading && _transfer is null;

    public Lsn Last => _last;

    public Term LastTerm => _terms.TermAt(_last);

    public Lsn Flushed => _flushed;

    public Lsn Commit => _commit;

    public Configuration Configuration => _configurations.Newest;

    /// <summary>The incarnation of this replica; not above 0 as long as it counts for nothing: see <see cref="ReplicaState"/>.</summary>
    public long Incarnation => _incarnation;

    /// <summary>True after StorageFailed or Diverged.</summary>
    public bool Stopped => _stopped;

    /// <summary>A cut or the install of a snapshot is under way: nothing may be appended.</summary>
    public bool Cutting => InFlux;

    public bool HasEffects => _effects.Count > 0;

    public bool TryTakeEffect(out Effect effect) => _effects.TryTake(out effect);

    /// <summary>Time passes. Cheap; call it when <see cref="NextTickAt"/> is reached or at a fixed, finer interval.</summary>
    public void Tick(long now)
    {
        if (_stopped || _parked)
            return;
        if (_role == ReplicaRole.Leader)
            TickLeader(now);
        else
            TickReplica(now);
        Finish();
    }

    /// <summary>When the core wants its next Tick at the latest, in µs of `now`. Earlier and later ones are harmless.</summary>
    public long NextTickAt => _stopped || _parked ? long.MaxValue : _role == ReplicaRole.Leader ? NextLeaderTickAt() : NextReplicaTickAt();

    /// <summary><paramref name="state"/> is durable, and with it every earlier one.</summary>
    public void StatePersisted(in ReplicaState state, long now)
    {
        if (_stopped)
            return;
        Invariant.Check(state.Term >= _durable.Term, "I1: saves become durable in order");
        _durable = state;
        if (PromisesDurable)
        {
            AnswerHeldVote();
            ContinueElection(now);
            TryPull(now);
        }

        Finish();
    }

    /// <summary>
    /// A configuration record was appended at <see cref="Configuration.Lsn"/>; before the RecordsAppended or LeaderAppended that covers it. At a
    /// leader: the answer to AppendConfiguration.
    /// </summary>
    public void ConfigurationAppended(Configuration configuration)
    {
        Invariant.Check(configuration.Lsn > _last, "a configuration is announced before the record that holds it is counted");
        _configurations.Add(configuration);
        _changing = false;
        ConfigurationChanged();
        Finish();
    }

    /// <summary>
    /// Everything through <paramref name="through"/> is durable here. Notices from before a cut must not arrive after its CutDone.
    /// </summary>
    public void FlushedThrough(Lsn through, long now)
    {
        if (_stopped || InFlux)
            return;
        Invariant.Check(through <= _last, "I2: only what was appended can be flushed");
        if (through <= _flushed)
            return;
        _flushed = through;
        ProgressVersion++;
        if (_role == ReplicaRole.Leader)
            AdvanceLeaderCommit(now);
        else
            SendAck();
        Finish();
    }

    /// <summary>The log no longer holds records before <paramref name="first"/>.</summary>
    public void Released(Lsn first)
    {
        Invariant.Check(first >= _first && first <= _commit.Next, "only committed records are released");
        _first = first;
    }

    /// <summary>
    /// An append, a sync or a save of the state has failed: nothing more can be promised here. A leader gives up at once; the replica
    /// takes part in nothing until it is reopened.
    /// </summary>
    public void StorageFailed(long now)
    {
        if (_stopped)
            return;
        if (_role == ReplicaRole.Leader)
            ResignLeadership(LeadershipLoss.StorageFailed, now);
        else
            Become(RestingRole, leader: null);
        _appending = false;
        _stopped = true;
        Finish();
    }

    private ReplicaRole RestingRole =>
        Configuration.IsVoter(_self, _incarnation) ? ReplicaRole.Follower : ReplicaRole.Learner;

    /// <summary>I1: messages of the current term may leave.</summary>
    private bool PromisesDurable => _durable.Term == _term && _durable.Vote == _vote && _durable.Incarnation == _incarnation;

    /// <summary>A higher term always wins (R8).</summary>
    private void AdoptTerm(Term term, Guid? leader, long now)
    {
        Invariant.Check(term > _term, "I1: the term never falls");
        Unpark(now);
        bool led = _role == ReplicaRole.Leader;
        _term = term;
        _vote = null;
        _heldVote = null;
        ForgetLeaderContact();
        if (led)
            _electionAt = now + ElectionDelay();
        Become(RestingRole, leader, LossByHigherTerm);
    }

    /// <summary>Leaves whatever role there was. Says so if role, term or leader differ from what was said last.</summary>
    private void Become(ReplicaRole role, Guid? leader, LeadershipLoss loss = LeadershipLoss.HigherTerm)
    {
        bool led = _role == ReplicaRole.Leader && role != ReplicaRole.Leader;
        if (led)
            ForgetLeadership();
        _role = role;
        _leader = leader;
        if (_announced == (_role, _term, _leader))
            return;
        _announced = (_role, _term, _leader);
        ref Effect effect = ref _effects.Add(EffectKind.RoleChanged);
        effect.Role = _role;
        effect.Term = _term;
        effect.Leader = _leader;
        effect.Loss = led ? loss : LeadershipLoss.None;
    }

    private void ConfigurationChanged()
    {
        if (_role == ReplicaRole.Leader)
            RegisterMembers();
        else if (_role is ReplicaRole.Follower or ReplicaRole.Learner)
            Become(RestingRole, _leader);
    }

    /// <summary>The end of every input: asks for the promises to be saved, and asserts.</summary>
    private void Finish()
    {
        if (!_stopped && (_emitted.Term != _term || _emitted.Vote != _vote || _emitted.Incarnation != _incarnation))
        {
            Invariant.Check(
                _term > _emitted.Term || (_term == _emitted.Term && (_emitted.Vote is null || _emitted.Vote == _vote)),
                "I1: the term never falls and a vote is given once");
            _emitted = new ReplicaState(_term, _vote, _incarnation);
            _effects.Add(EffectKind.PersistState).State = _emitted;
        }

        Invariant.Check(_flushed <= _last && _commit <= _last, "I2: flushed and committed are appended");
        Invariant.Check(_role != ReplicaRole.Leader || LastTerm == _term || _noOp.IsNone, "I3: a leader's newest record is of its term");
    }
}

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
/// AppendNoOp are executed, and their input given, before the next effect is taken.
/// </summary>
public sealed partial class ReplicaCore
{
    private readonly EffectQueue _effects = new();

    public ReplicaCore(ReplicaStart start)
    {
        throw new NotImplementedException();
    }

    public ReplicaRole Role => throw new NotImplementedException();

    public Term Term => throw new NotImplementedException();

    /// <summary>The leader of <see cref="Term"/>, if known; this node if it leads.</summary>
    public Guid? Leader => throw new NotImplementedException();

    /// <summary>True while this replica leads and clients' records may be appended in <see cref="Term"/>.</summary>
    public bool CanAppend => throw new NotImplementedException();

    public Lsn Last => throw new NotImplementedException();

    public Lsn Flushed => throw new NotImplementedException();

    public Lsn Commit => throw new NotImplementedException();

    public Configuration Configuration => throw new NotImplementedException();

    /// <summary>When the core wants its next Tick at the latest, in µs of `now`. Earlier and later ones are harmless.</summary>
    public long NextTickAt => throw new NotImplementedException();

    public bool TryTakeEffect(out Effect effect) => _effects.TryTake(out effect);

    // ---- inputs: time and messages

    public void Tick(long now) => throw new NotImplementedException();

    public void Receive(Guid from, in Pull pull, long now) => throw new NotImplementedException();

    /// <summary>The owner keeps the record bytes that came along until the effects of this call are executed.</summary>
    public void Receive(Guid from, in PullAnswer answer, long now) => throw new NotImplementedException();

    public void Receive(Guid from, in Ack ack, long now) => throw new NotImplementedException();

    public void Receive(Guid from, in VoteRequest request, long now) => throw new NotImplementedException();

    public void Receive(Guid from, in VoteReply reply, long now) => throw new NotImplementedException();

    public void Receive(Guid from, in LeaderNotice notice, long now) => throw new NotImplementedException();

    // ---- inputs: completions

    /// <summary><paramref name="state"/> is durable, and with it every earlier one.</summary>
    public void StatePersisted(in ReplicaState state, long now) => throw new NotImplementedException();

    /// <summary>Answer to AppendNoOp.</summary>
    public void NoOpAppended(Lsn lsn, long now) => throw new NotImplementedException();

    /// <summary>The leader has appended client records; the newest is <paramref name="last"/>. Once per burst is enough.</summary>
    public void LeaderAppended(Lsn last, long now) => throw new NotImplementedException();

    /// <summary>A configuration record was appended at <see cref="Configuration.Lsn"/>; before the RecordsAppended or LeaderAppended that covers it.</summary>
    public void ConfigurationAppended(Configuration configuration) => throw new NotImplementedException();

    /// <summary>Answer to AppendRecords: all of them are in the log, through <paramref name="last"/>.</summary>
    public void RecordsAppended(Lsn last, long now) => throw new NotImplementedException();

    /// <summary>Answer to AppendRecords: none of them is in the log; they will be pulled again after a while.</summary>
    public void RecordsRefused(long now) => throw new NotImplementedException();

    /// <summary>Everything through <paramref name="through"/> is durable here.</summary>
    public void FlushedThrough(Lsn through, long now) => throw new NotImplementedException();

    /// <summary>Answer to CutAfter: the log ends at <paramref name="last"/>, and all of it is durable.</summary>
    public void CutDone(Lsn last, long now) => throw new NotImplementedException();

    /// <summary>The log no longer holds records before <paramref name="first"/>.</summary>
    public void Released(Lsn first) => throw new NotImplementedException();

    /// <summary>
    /// An append, a sync or a save of the state has failed: nothing more can be promised here. A leader gives up at once; the replica
    /// takes part in nothing until it is reopened.
    /// </summary>
    public void StorageFailed(long now) => throw new NotImplementedException();

    /// <summary>Committed bytes that the own disk has not synced yet, while there are any (R6).</summary>
    public void FlushLag(long bytes, long now) => throw new NotImplementedException();

    /// <summary>A leader gives up, for a planned stop: the others elect without waiting for a time-out.</summary>
    public void Resign(long now) => throw new NotImplementedException();

    // ---- reads and answers

    /// <summary>
    /// Asks for proof that this replica still leads, by a round that starts now (R7). The ticket is confirmed by a ReadsConfirmed with
    /// the same or a higher number, which may be queued already; a RoleChanged away from leader voids it. 0: this replica does not lead.
    /// Tickets never fall; several requests may share one.
    /// </summary>
    public long RequestRead(long now) => throw new NotImplementedException();

    /// <summary>
    /// Completes the answer of an AnswerWithRecords: the bytes read are the whole records through <paramref name="last"/>. False if the
    /// answer must not be sent any more (the replica no longer leads in that term).
    /// </summary>
    public bool TryCompleteAnswer(ref PullAnswer answer, Lsn last) => throw new NotImplementedException();

    /// <summary>
    /// The same for a part of a record that is larger than an answer: <paramref name="length"/> bytes from the answer's PartOffset, of <paramref name="total"/>.
    /// </summary>
    public bool TryCompleteAnswerWithPart(ref PullAnswer answer, int length, int total) => throw new NotImplementedException();
}

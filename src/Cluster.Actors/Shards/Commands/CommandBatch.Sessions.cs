using Cluster.Storage;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>A batch with writes is one write of a client session (R11), so that it can be sent again without being applied twice.</summary>
public sealed partial class CommandBatch
{
    /// <summary>The session of the connection that it comes from; without one its writes cannot be repeated.</summary>
    public ConnectionSession? Session { get; set; }

    /// <summary>Which write of which session it is; absent for batches without writes or session.</summary>
    public SessionStamp Stamp { get; internal set; }

    public bool HasStamp => Stamp.IsPresent;

    /// <summary>
    /// A client has named session and sequence itself (CLUSTER SESSION): each of its sequences leaves a record, and it may come again at any time, after its answer too.
    /// </summary>
    public bool IsExplicit { get; private set; }

    /// <summary>
    /// It may have been appended by an earlier attempt: nothing may be said of its writes but their result, that they are unknown, or what a leader that has looked for
    /// them says.
    /// </summary>
    internal bool MayBeAppended { get; set; }

    /// <summary>The term of the last attempt that is known of and may have appended, 0 if there is none.</summary>
    internal long EarlierTerm { get; set; }

    /// <summary>The last command whose reply a record of this batch carries, -1 for none.</summary>
    internal int RecordedThrough { get; set; } = -1;

    /// <summary>The newest record of its sequence that this evaluation has found or appended; none if there is none.</summary>
    internal Lsn NewestRecord { get; set; }

    /// <summary>Makes it a client's own write.</summary>
    public void NameWrite(NamedWrite name)
    {
        if (!name.IsPresent || name.Sequence <= 0) throw new ArgumentOutOfRangeException(nameof(name));
        Stamp = new SessionStamp(name.Session, name.Sequence);
        IsExplicit = true;
    }

    /// <summary>For the actor that takes it from its shard's queue, before anything else is done with it.</summary>
    internal void TakeSequence(HybridClock clock)
    {
        if (HasWrite && Session is { } session && !HasStamp) Stamp = session.Next(Shard, clock);
        // The client may have got an answer already, or none from another node.
        if (IsExplicit) MayBeAppended = true;
    }

    /// <summary>Back to before its evaluation in that term, for another one: here or at another leader.</summary>
    internal void Rewind(long term)
    {
        if (WaitingBatches.HasAppended(this))
        {
            MayBeAppended = true;
            EarlierTerm = term;
            for (int i = 0; i < Count; i++)
            {
                _commands[i].EarlierLsn = _commands[i].AppendedLsn;
                _commands[i].AppendedLsn = 0;
            }
        }

        RecordedThrough = -1;
        NewestRecord = Lsn.None;
        ClearReplies();
    }

    private void ResetSession()
    {
        Session = null;
        Stamp = SessionStamp.None;
        IsExplicit = false;
        MayBeAppended = false;
        EarlierTerm = 0;
        RecordedThrough = -1;
        NewestRecord = Lsn.None;
    }
}

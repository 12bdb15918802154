namespace Cluster.Storage.Log;

/// <summary>Is shown every valid record when a log opens, in LSN order, on the opening thread.</summary>
public interface IRecordReplay
{
    /// <summary>
    /// Asked once, when the folder is known to be the shard's and before any record is read: what the replay has of the log's beginning from
    /// other files. Null: nothing, the log has to tell everything.
    /// </summary>
    /// <param name="progress">Is told how much there is to read, and what was read.</param>
    LogFloor? Begin(IOpeningProgress progress) => null;

    void OnRecord(in RecordView record, RecordLocation location);

    /// <summary>The records up to here that are still to be shown are committed already: <see cref="OnCommitKnown"/> follows behind the batch of each.</summary>
    void OnCommitPromised(Lsn commit)
    {
    }

    /// <summary>
    /// The records up to here, all of them shown before, are known to be committed. Comes now and then during an opening, so that a
    /// long log need not be held as pending; <see cref="LogRecovery.CommitLsn"/> says the last word.
    /// </summary>
    void OnCommitKnown(Lsn commit)
    {
    }

    /// <summary>
    /// Asked before a sealed segment is read. An answer says that the replay knows all of it, and that all of it is committed: its records
    /// are then not shown, and its content is not read by the opening.
    /// </summary>
    SegmentSummary? TryRestore(in SealedSegment segment) => null;
}

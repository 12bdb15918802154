namespace Cluster.Storage.Log;

/// <summary>
/// Runs the rounds in which storage reaches the disk. A round of a lane calls <see cref="IStorageParticipant.WriteStep"/> of all
/// participants that were scheduled, then <see cref="IStorageParticipant.SyncStep"/> of each: their syncs come together while
/// owners fill the next buffers. The real one is <see cref="WriterPool"/>; tests step rounds by hand on their own thread.
/// </summary>
public interface IStorageScheduler
{
    /// <summary>The lane for a new participant. All its steps run on that lane, never two at once.</summary>
    IStorageLane Assign();

    /// <summary>A lane for work that no commit waits for (merges): its rounds may take long. All steps of a participant run on it, never two at once.</summary>
    IStorageLane AssignBackground();
}

public interface IStorageLane
{
    /// <summary>Takes part in the next round. Any thread. Scheduling twice before a round may give one call or two.</summary>
    void Schedule(IStorageParticipant participant);

    /// <summary>Takes part in a round once that time has passed.</summary>
    void ScheduleAfter(IStorageParticipant participant, TimeSpan delay);
}

public interface IStorageParticipant
{
    /// <summary>Writes what has gathered, without a sync. Never throws: a failure is the participant's to report.</summary>
    void WriteStep();

    /// <summary>Makes durable what <see cref="WriteStep"/> wrote, and reports it. Never throws.</summary>
    void SyncStep();
}

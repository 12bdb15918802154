using System;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>The reading half of a journal.</summary>
public interface IAsyncRecovery
{
    /// <summary>
    /// Calls back for stored events in ascending order, both bounds inclusive, at most <paramref name="max"/> times; the task completes after the last
    /// call. The callback may be called on any thread.
    /// </summary>
    Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest number ever stored, also if that event has been deleted; 0 if there is none. The lower bound is a hint.</summary>
    Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);
}

using Cluster.Storage.Log;

namespace Cluster.TestSupport.Storage;

/// <summary>
/// Runs storage rounds on the caller's thread, one step at a time, in an order of the test's choice. One lane serves all participants.
/// </summary>
public sealed class ManualScheduler(ManualTimeProvider time) : IStorageScheduler, IStorageLane
{
    private readonly List<IStorageParticipant> _waiting = [];
    private readonly List<(TimeSpan Due, IStorageParticipant Participant)> _later = [];
    private readonly List<IStorageParticipant> _written = [];

    /// <summary>Somebody waits for a round, or is between write and sync.</summary>
    public bool HasWork => _waiting.Count > 0 || _written.Count > 0;

    public IStorageLane Assign() => this;

    public IStorageLane AssignBackground() => this;

    public void Schedule(IStorageParticipant participant)
    {
        if (!_waiting.Contains(participant))
            _waiting.Add(participant);
    }

    public void ScheduleAfter(IStorageParticipant participant, TimeSpan delay) => _later.Add((time.Elapsed + delay, participant));

    /// <summary>The write steps of a round; its syncs are then due.</summary>
    public void Write()
    {
        for (var i = 0; i < _later.Count;)
        {
            if (_later[i].Due > time.Elapsed)
            {
                i++;
                continue;
            }

            Schedule(_later[i].Participant);
            _later.RemoveAt(i);
        }

        foreach (var participant in _waiting.ToArray())
        {
            _waiting.Remove(participant);
            participant.WriteStep();
            if (!_written.Contains(participant))
                _written.Add(participant);
        }
    }

    /// <summary>The sync steps of the round.</summary>
    public void Sync()
    {
        foreach (var participant in _written.ToArray())
        {
            _written.Remove(participant);
            participant.SyncStep();
        }
    }

    /// <summary>
    /// One step of one participant, chosen by the seed: what may happen when participants have lanes of their own. Only those that wait now count.
    /// </summary>
    public void RunOne(Random random)
    {
        var chosen = random.Next(_waiting.Count + _written.Count);
        if (chosen < _waiting.Count)
        {
            var participant = _waiting[chosen];
            _waiting.RemoveAt(chosen);
            participant.WriteStep();
            if (!_written.Contains(participant))
                _written.Add(participant);
            return;
        }

        var written = _written[chosen - _waiting.Count];
        _written.Remove(written);
        written.SyncStep();
    }

    public void RunRound()
    {
        Write();
        Sync();
    }

    /// <summary>Rounds until nobody wants another one at the present time.</summary>
    public void RunAll()
    {
        do
            RunRound();
        while (HasWork);
    }
}

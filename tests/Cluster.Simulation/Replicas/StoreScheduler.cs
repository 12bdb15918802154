using Cluster.Storage.Log;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// The lanes as one open store sees them: shared with the others of its node, but they leave it alone once it is gone, whether its process died or
/// only its folder was deleted.
/// </summary>
public sealed class StoreScheduler(LoopScheduler shared) : IStorageScheduler
{
    private bool _dead;

    public IStorageLane Assign() => new Lane(this, shared.Assign());

    public IStorageLane AssignBackground() => new Lane(this, shared.AssignBackground());

    public void Die() => _dead = true;

    private sealed class Lane(StoreScheduler owner, IStorageLane lane) : IStorageLane
    {
        private readonly Dictionary<IStorageParticipant, Participant> _known = [];

        public void Schedule(IStorageParticipant participant)
        {
            if (!owner._dead)
                lane.Schedule(Of(participant));
        }

        public void ScheduleAfter(IStorageParticipant participant, TimeSpan delay)
        {
            if (!owner._dead)
                lane.ScheduleAfter(Of(participant), delay);
        }

        private Participant Of(IStorageParticipant participant)
        {
            if (!_known.TryGetValue(participant, out Participant? known))
                _known.Add(participant, known = new Participant(owner, participant));
            return known;
        }
    }

    private sealed class Participant(StoreScheduler owner, IStorageParticipant participant) : IStorageParticipant
    {
        public void WriteStep()
        {
            if (!owner._dead)
                participant.WriteStep();
        }

        public void SyncStep()
        {
            if (!owner._dead)
                participant.SyncStep();
        }
    }
}

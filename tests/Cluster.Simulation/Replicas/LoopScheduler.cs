using Cluster.Simulation.World;
using Cluster.Storage.Log;

namespace Cluster.Simulation.Replicas;

/// <summary>Storage rounds in virtual time: the writes at once, the syncs when the disk model says so. Dies with its process.</summary>
public sealed class LoopScheduler(EventLoop loop, DiskModel model) : IStorageScheduler, IStorageLane
{
    private readonly List<IStorageParticipant> _waiting = [];
    private bool _busy;
    private LoopScheduler? _background;
    private bool _dead;

    public IStorageLane Assign() => this;

    public IStorageLane AssignBackground() => _background ??= new LoopScheduler(loop, model);

    public void Die()
    {
        _dead = true;
        _background?.Die();
    }

    public void Schedule(IStorageParticipant participant)
    {
        if (_dead)
            return;
        if (!_waiting.Contains(participant))
            _waiting.Add(participant);
        if (_busy)
            return;
        _busy = true;
        loop.After(0, Write);
    }

    public void ScheduleAfter(IStorageParticipant participant, TimeSpan delay) =>
        loop.After((long)delay.TotalMicroseconds, () => Schedule(participant));

    private void Write()
    {
        if (_dead)
            return;
        IStorageParticipant[] round = [.. _waiting];
        _waiting.Clear();
        foreach (IStorageParticipant participant in round)
            participant.WriteStep();
        loop.After(model.NextSyncMicros(), () => Sync(round));
    }

    private void Sync(IStorageParticipant[] round)
    {
        if (_dead)
            return;
        foreach (IStorageParticipant participant in round)
        {
            participant.SyncStep();
            if (_dead)
                return;
        }

        _busy = false;
        if (_waiting.Count > 0)
            Schedule(_waiting[0]);
    }
}

/// <summary>Virtual time as the storage sees it.</summary>
public sealed class LoopTime(EventLoop loop) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => loop.Now;

    public override DateTimeOffset GetUtcNow() => Start.AddMicroseconds(loop.Now);
}

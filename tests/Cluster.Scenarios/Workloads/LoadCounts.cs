namespace Cluster.Scenarios.Workloads;

/// <summary>What became of the commands of a load.</summary>
internal sealed class LoadCounts
{
    private int _known, _refused, _unknown;

    public int Known => Volatile.Read(ref _known);

    public void AddKnown() => Interlocked.Increment(ref _known);

    public void AddRefused() => Interlocked.Increment(ref _refused);

    public void AddUnknown() => Interlocked.Increment(ref _unknown);

    public override string ToString() => $"{_known} commands answered, {_refused} refused, {_unknown} of unknown outcome";
}

namespace Cluster.Simulation.World;

/// <summary>How often the rare paths were taken: a simulation that never takes one proves nothing about it.</summary>
public sealed class Coverage
{
    public long Elections;
    public long QuorumsLost;
    public long OwnDiskBehind;
    public long Deposed;
    public long Cuts;
    public long Parts;
    public long Crashes;
    public long Pauses;
    public long Partitions;
    public long SyncFailures;
    public long Resignations;
    public long ReadRounds;
    public long Operations;
    public long Acknowledged;
    public long Refused;
    public long Unknown;
    public long Events;

    public void Add(Coverage other)
    {
        foreach (System.Reflection.FieldInfo field in typeof(Coverage).GetFields())
            field.SetValue(this, (long)field.GetValue(this)! + (long)field.GetValue(other)!);
    }

    public IEnumerable<(string Name, long Count)> All() =>
        typeof(Coverage).GetFields().Select(field => (field.Name, (long)field.GetValue(this)!));

    public override string ToString() => string.Join(", ", All().Select(one => $"{one.Name} {one.Count}"));
}

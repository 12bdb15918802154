namespace Akka.Persistence.Serialization;

/// <summary>A snapshot as it is stored: whatever the data is, it is written with the serializer that is bound to it.</summary>
public sealed class Snapshot
{
    public Snapshot(object data)
    {
        Data = data;
    }

    public object Data { get; }

    public override bool Equals(object obj) => obj is Snapshot other && Equals(Data, other.Data);

    public override int GetHashCode() => Data?.GetHashCode() ?? 0;
}

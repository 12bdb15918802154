namespace Akka.Persistence.Serialization;

/// <summary>A snapshot as it is stored: whatever the data is, it is written with the serializer that is bound to it.</summary>
public sealed class Snapshot
{
    /// <summary>Wraps what is to be saved.</summary>
    public Snapshot(object data)
    {
        Data = data;
    }

    /// <summary>What was saved.</summary>
    public object Data { get; }

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Snapshot other && Equals(Data, other.Data);

    /// <inheritdoc/>
    public override int GetHashCode() => Data?.GetHashCode() ?? 0;
}

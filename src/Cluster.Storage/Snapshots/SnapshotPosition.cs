namespace Cluster.Storage.Snapshots;

/// <summary>
/// A place in the stream of a snapshot. File 0 is the manifest, file n the nth of its files; behind the last one the stream has ended.
/// </summary>
/// <param name="File">From 0 on.</param>
/// <param name="Offset">In that file, in bytes.</param>
public readonly record struct SnapshotPosition(int File, long Offset) : IComparable<SnapshotPosition>
{
    public static readonly SnapshotPosition Start;

    public static bool operator <(SnapshotPosition left, SnapshotPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(SnapshotPosition left, SnapshotPosition right) => left.CompareTo(right) > 0;

    public int CompareTo(SnapshotPosition other) => File != other.File ? File.CompareTo(other.File) : Offset.CompareTo(other.Offset);

    public override string ToString() => FormattableString.Invariant($"{File}:{Offset}");
}

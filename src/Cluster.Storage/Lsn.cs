namespace Cluster.Storage;

/// <summary>Position of a record in one shard's log. The first record is 1; <see cref="None"/> (0) stands before it.</summary>
public readonly record struct Lsn(long Value) : IComparable<Lsn>
{
    public static readonly Lsn None;
    public static readonly Lsn First = new(1);

    public bool IsNone => Value == 0;

    public Lsn Next => new(Value + 1);

    public static Lsn operator +(Lsn lsn, long count) => new(lsn.Value + count);

    public static Lsn operator -(Lsn lsn, long count) => new(lsn.Value - count);

    /// <summary>Number of records after <paramref name="right"/> up to and including <paramref name="left"/>.</summary>
    public static long operator -(Lsn left, Lsn right) => left.Value - right.Value;

    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;

    public static Lsn Min(Lsn left, Lsn right) => left.Value <= right.Value ? left : right;

    public static Lsn Max(Lsn left, Lsn right) => left.Value >= right.Value ? left : right;

    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

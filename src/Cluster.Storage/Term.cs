namespace Cluster.Storage;

/// <summary>One leadership of one shard. Terms only grow; <see cref="None"/> (0) is before the first election.</summary>
public readonly record struct Term(long Value) : IComparable<Term>
{
    public static readonly Term None;

    public bool IsNone => Value == 0;

    public Term Next => new(Value + 1);

    public static bool operator <(Term left, Term right) => left.Value < right.Value;

    public static bool operator >(Term left, Term right) => left.Value > right.Value;

    public static bool operator <=(Term left, Term right) => left.Value <= right.Value;

    public static bool operator >=(Term left, Term right) => left.Value >= right.Value;

    public static Term Max(Term left, Term right) => left.Value >= right.Value ? left : right;

    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

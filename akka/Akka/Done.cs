using System;

namespace Akka;

/// <summary>The value of a task that has none.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}

public sealed class NotUsed : IEquatable<NotUsed>, IComparable<NotUsed>
{
    public static readonly NotUsed Instance = new();

    private NotUsed()
    {
    }

    public bool Equals(NotUsed other) => true;

    public override bool Equals(object obj) => obj is NotUsed;

    public override int GetHashCode() => 0;

    public int CompareTo(NotUsed other) => 0;

    public override string ToString() => "()";
}

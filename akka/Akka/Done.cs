using System;

namespace Akka;

/// <summary>The value of a task that has none.</summary>
public sealed class Done
{
    /// <summary>The only one.</summary>
    public static readonly Done Instance = new();

    private Done()
    {
    }
}

/// <summary>A type for something that is not used.</summary>
public sealed class NotUsed : IEquatable<NotUsed>, IComparable<NotUsed>
{
    /// <summary>The only one.</summary>
    public static readonly NotUsed Instance = new();

    private NotUsed()
    {
    }

    /// <inheritdoc/>
    public bool Equals(NotUsed other) => true;

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is NotUsed;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <inheritdoc/>
    public int CompareTo(NotUsed other) => 0;

    /// <inheritdoc/>
    public override string ToString() => "()";
}

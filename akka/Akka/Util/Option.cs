using System;
using System.Collections.Generic;

namespace Akka.Util;

/// <summary>A value or nothing.</summary>
public readonly struct Option<T>
{
    /// <summary>Without a value.</summary>
    public static readonly Option<T> None;

    /// <summary>With a value.</summary>
    public Option(T value)
    {
        Value = value;
        HasValue = true;
    }

    /// <summary>True with a value.</summary>
    public bool HasValue { get; }

    /// <summary>True without one.</summary>
    public bool IsEmpty => !HasValue;

    /// <summary>The value, or the default of T.</summary>
    public T Value { get; }

    /// <summary>Nothing for null.</summary>
    public static Option<T> Create(T value) => value is null ? None : new Option<T>(value);

    /// <summary>With that value; without one for null.</summary>
    public static implicit operator Option<T>(T value) => Create(value);

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(Option<T> left, Option<T> right) => left.Equals(right);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(Option<T> left, Option<T> right) => !left.Equals(right);

    /// <summary>The value, or the given one.</summary>
    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;

    /// <summary>What the function makes of the value, if there is one.</summary>
    public Option<TNew> Select<TNew>(Func<T, TNew> selector) => HasValue ? selector(Value) : Option<TNew>.None;

    /// <summary>The option that the function makes of the value, if there is one.</summary>
    public Option<TNew> FlatSelect<TNew>(Func<T, Option<TNew>> mapper) => HasValue ? mapper(Value) : Option<TNew>.None;

    /// <summary>Runs the action with the value, if there is one.</summary>
    public void OnSuccess(Action<T> action)
    {
        if (HasValue)
        {
            action(Value);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Option<T> other) =>
        HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(Value, other.Value);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Option<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HasValue && Value is not null ? Value.GetHashCode() : 0;

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Some<{Value}>" : "None";
}

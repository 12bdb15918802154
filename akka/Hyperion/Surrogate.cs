using System;

namespace Hyperion;

/// <summary>An object of type <see cref="From"/> travels as one of type <see cref="To"/>.</summary>
public class Surrogate
{
    /// <summary>The type that is written, and the one that it stands for.</summary>
    public Type From { get; protected set; }

    /// <summary>The type that is written, and the one that it stands for.</summary>
    public Type To { get; protected set; }

    /// <summary>From the one to the other.</summary>
    public Func<object, object> FromSurrogate { get; protected set; }

    /// <summary>From the one to the other.</summary>
    public Func<object, object> ToSurrogate { get; protected set; }

    /// <summary>From two functions.</summary>
    public static Surrogate Create<TSource, TSurrogate>(Func<TSource, TSurrogate> toSurrogate, Func<TSurrogate, TSource> fromSurrogate) =>
        new Surrogate<TSource, TSurrogate>(toSurrogate, fromSurrogate);

    /// <summary>True if it stands for that type.</summary>
    public bool IsSurrogateFor(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return From.IsAssignableFrom(type);
    }
}

/// <summary>As its base, typed: to derive from, for surrogates that a configuration names.</summary>
public class Surrogate<TSource, TSurrogate> : Surrogate
{
    /// <summary>Writes one type in place of another.</summary>
    public Surrogate(Func<TSource, TSurrogate> toSurrogate, Func<TSurrogate, TSource> fromSurrogate)
    {
        ArgumentNullException.ThrowIfNull(toSurrogate);
        ArgumentNullException.ThrowIfNull(fromSurrogate);
        From = typeof(TSource);
        To = typeof(TSurrogate);
        ToSurrogate = from => toSurrogate((TSource)from);
        FromSurrogate = to => fromSurrogate((TSurrogate)to);
    }
}

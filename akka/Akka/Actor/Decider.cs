using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Actor;

/// <summary>What a supervisor does with a failed child.</summary>
public enum Directive
{
    /// <summary>Goes on with the next message; keeps its state.</summary>
    Resume = 0,
    /// <summary>Begins anew, with the same mailbox.</summary>
    Restart = 1,
    /// <summary>The supervisor fails in its turn.</summary>
    Escalate = 2,
    /// <summary>Ends.</summary>
    Stop = 3,
}

/// <summary>What to do about which exception.</summary>
public interface IDecider
{
    /// <summary>What to do about this one.</summary>
    Directive Decide(Exception cause);
}

/// <summary>Short forms.</summary>
public static class DirectiveExtensions
{
    /// <summary>The directive for exceptions of that type.</summary>
    public static KeyValuePair<Type, Directive> When<TException>(this Directive self) where TException : Exception =>
        new(typeof(TException), self);
}

/// <summary>What to do about which exception.</summary>
public static class Decider
{
    /// <summary>From a function, or from pairs of type and directive.</summary>
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);

    /// <summary>From a function, or from pairs of type and directive.</summary>
    public static DeployableDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) =>
        new(defaultDirective, pairs);

    /// <summary>From a function, or from pairs of type and directive.</summary>
    public static DeployableDecider From(Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs) =>
        new(defaultDirective, pairs);
}

/// <summary>A decider that is a function.</summary>
public class LocalOnlyDecider : IDecider
{
    private readonly Func<Exception, Directive> _decider;

    /// <summary>A decider that is a function.</summary>
    public LocalOnlyDecider(Func<Exception, Directive> decider)
    {
        ArgumentNullException.ThrowIfNull(decider);
        _decider = decider;
    }

    /// <inheritdoc/>
    public Directive Decide(Exception cause) => _decider(cause);
}

/// <summary>Decides by pairs of types and directives: the first pair wins whose type the exception is assignable to.</summary>
public class DeployableDecider : IDecider, IEquatable<DeployableDecider>
{
    /// <summary>The first pair whose type fits decides, else the default.</summary>
    public DeployableDecider(Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs)
        : this(defaultDirective, pairs.ToArray())
    {
    }

    /// <summary>The first pair whose type fits decides, else the default.</summary>
    public DeployableDecider(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs)
    {
        DefaultDirective = defaultDirective;
        Pairs = pairs;
    }

    /// <summary>If no pair fits.</summary>
    public Directive DefaultDirective { get; }

    /// <summary>In the order of asking.</summary>
    public KeyValuePair<Type, Directive>[] Pairs { get; }

    /// <inheritdoc/>
    public Directive Decide(Exception cause)
    {
        if (Pairs is not null)
        {
            foreach (KeyValuePair<Type, Directive> pair in Pairs)
                if (pair.Key.IsInstanceOfType(cause)) return pair.Value;
        }

        return DefaultDirective;
    }

    /// <inheritdoc/>
    public bool Equals(DeployableDecider other) => other is not null && DefaultDirective == other.DefaultDirective
        && (Pairs ?? []).SequenceEqual(other.Pairs ?? []);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as DeployableDecider);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DefaultDirective, Pairs?.Length ?? 0);
}

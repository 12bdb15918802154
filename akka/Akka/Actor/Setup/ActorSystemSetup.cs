using System;
using System.Collections.Immutable;
using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>A piece of start-up settings given in code; a system takes at most one of each type.</summary>
public abstract class Setup
{
    /// <summary>With this one as well; it replaces one of its type.</summary>
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Empty.Put(this).Put(other);
}

/// <summary>What is given to a system by code.</summary>
public sealed class ActorSystemSetup
{
    /// <summary>Nothing.</summary>
    public static readonly ActorSystemSetup Empty = new(ImmutableDictionary<Type, Setup>.Empty);

    private readonly ImmutableDictionary<Type, Setup> _setups;

    private ActorSystemSetup(ImmutableDictionary<Type, Setup> setups)
    {
        _setups = setups;
    }

    /// <summary>With these.</summary>
    public static ActorSystemSetup Create(params Setup[] setup)
    {
        ActorSystemSetup result = Empty;
        foreach (Setup part in setup) result = result.Put(part);
        return result;
    }

    /// <summary>The setup of that type, if given.</summary>
    public Option<T> Get<T>() where T : Setup =>
        _setups.TryGetValue(typeof(T), out Setup setup) ? Option<T>.Create((T)setup) : Option<T>.None;

    /// <summary>With this one as well; it replaces one of its type.</summary>
    public ActorSystemSetup WithSetup<T>(T setup) where T : Setup => Put(setup);

    /// <summary>With this one as well; it replaces one of its type.</summary>
    public ActorSystemSetup And<T>(T setup) where T : Setup => Put(setup);

    /// <inheritdoc/>
    public override string ToString() => "ActorSystemSetup(" + string.Join(", ", _setups.Keys) + ")";

    internal ActorSystemSetup Put(Setup setup) => new(_setups.SetItem(setup.GetType(), setup));
}

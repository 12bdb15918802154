using System;
using System.Collections.Immutable;
using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>A piece of start-up settings given in code; a system takes at most one of each type.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Empty.Put(this).Put(other);
}

public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new(ImmutableDictionary<Type, Setup>.Empty);

    private readonly ImmutableDictionary<Type, Setup> _setups;

    private ActorSystemSetup(ImmutableDictionary<Type, Setup> setups)
    {
        _setups = setups;
    }

    public static ActorSystemSetup Create(params Setup[] setup)
    {
        ActorSystemSetup result = Empty;
        foreach (Setup part in setup) result = result.Put(part);
        return result;
    }

    public Option<T> Get<T>() where T : Setup =>
        _setups.TryGetValue(typeof(T), out Setup setup) ? Option<T>.Create((T)setup) : Option<T>.None;

    public ActorSystemSetup WithSetup<T>(T setup) where T : Setup => Put(setup);

    public ActorSystemSetup And<T>(T setup) where T : Setup => Put(setup);

    public override string ToString() => "ActorSystemSetup(" + string.Join(", ", _setups.Keys) + ")";

    internal ActorSystemSetup Put(Setup setup) => new(_setups.SetItem(setup.GetType(), setup));
}

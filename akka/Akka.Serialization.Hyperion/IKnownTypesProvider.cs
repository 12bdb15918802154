using System;
using System.Collections.Generic;

namespace Akka.Serialization;

/// <summary>
/// Names the types that travel as numbers. Has a constructor without parameters, or one that takes an ExtendedActorSystem.
/// </summary>
public interface IKnownTypesProvider
{
    /// <summary>The order gives the numbers: it has to be the same on every node.</summary>
    IEnumerable<Type> GetKnownTypes();
}

/// <summary>No type is known beforehand.</summary>
internal sealed class NoKnownTypes : IKnownTypesProvider
{
    public IEnumerable<Type> GetKnownTypes() => [];
}

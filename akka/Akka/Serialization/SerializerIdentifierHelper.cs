using System;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Identifiers from the configuration.</summary>
public static class SerializerIdentifierHelper
{
    internal const string ConfigPath = "akka.actor.serialization-identifiers";

    /// <exception cref="ArgumentException">The configuration gives the type no identifier.</exception>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        var identifiers = system.Settings.Config.GetConfig(ConfigPath);
        if (identifiers != null)
        {
            foreach (var (name, value) in identifiers.AsEnumerable())
            {
                if (Type.GetType(name, throwOnError: false) == type)
                {
                    return value.GetInt();
                }
            }
        }

        throw new ArgumentException($"Serializer {type} has no identifier: set '{ConfigPath}', or override Identifier.", nameof(type));
    }
}

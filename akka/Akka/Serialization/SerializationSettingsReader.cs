using System;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Serialization;

/// <summary>Builds what <c>akka.actor.serializers</c> and <c>serialization-bindings</c> describe. Unknown types are warned of and skipped.</summary>
internal static class SerializationSettingsReader
{
    public static void Read(Serialization target, ExtendedActorSystem system)
    {
        var config = system.Settings.Config;
        foreach (var (alias, value) in Section(config, "akka.actor.serializers"))
        {
            var type = Resolve(value.GetString());
            if (type == null)
            {
                Warn(system, $"The type '{value.GetString()}' of the serializer '{alias}' cannot be found. It is left out.");
                continue;
            }

            target.AddSerializer(alias, Create(type, system, config.GetConfig($"akka.actor.serialization-settings.\"{alias}\"")));
        }

        foreach (var (typeName, value) in Section(config, "akka.actor.serialization-bindings"))
        {
            Bind(target, system, typeName, value.GetString());
        }
    }

    private static void Bind(Serialization target, ExtendedActorSystem system, string typeName, string alias)
    {
        var type = Resolve(typeName);
        var serializer = target.ByAlias(alias);
        if (type == null)
        {
            Warn(system, $"The type '{typeName}' of the serialization binding to '{alias}' cannot be found. The binding is left out.");
        }
        else if (serializer == null)
        {
            Warn(system, $"The serialization binding of '{typeName}' names the unknown serializer '{alias}'. The binding is left out.");
        }
        else
        {
            target.AddSerializationMap(type, serializer);
        }
    }

    /// <summary>With settings: constructor (system, settings). Without: (system).</summary>
    private static Serializer Create(Type type, ExtendedActorSystem system, Config settings)
    {
        object[] arguments = settings.IsNullOrEmpty() ? [system] : [system, settings];
        try
        {
            const BindingFlags Constructors = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            return (Serializer)Activator.CreateInstance(type, Constructors, binder: null, arguments, culture: null);
        }
        catch (Exception e) when (e is MissingMethodException or InvalidCastException)
        {
            throw new ConfigurationException(
                $"{type} is no serializer with a constructor ({(arguments.Length == 1 ? "ExtendedActorSystem" : "ExtendedActorSystem, Config")}).", e);
        }
        catch (TargetInvocationException e) when (e.InnerException != null)
        {
            throw new ConfigurationException($"The serializer {type} could not be created: {e.InnerException.Message}", e.InnerException);
        }
    }

    private static System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<string, Configuration.Hocon.HoconValue>> Section(
        Config config, string path) => (config.GetConfig(path) ?? Config.Empty).AsEnumerable();

    private static Type Resolve(string name)
    {
        try
        {
            return string.IsNullOrEmpty(name) ? null : Type.GetType(name, throwOnError: false);
        }
        catch (Exception e) when (e is System.IO.IOException or BadImageFormatException or TypeLoadException or ArgumentException)
        {
            return null;
        }
    }

    private static void Warn(ExtendedActorSystem system, string message) => system.Log?.Log(LogLevel.WarningLevel, null, message);
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization.Hyperion;
using Akka.Util;
using global::Hyperion;

namespace Akka.Serialization;

/// <summary>
/// Serializes any object graph by its fields; types travel by name. Actor references and other <see cref="ISurrogated"/> travel as their surrogates.
/// </summary>
public class HyperionSerializer : Serializer
{
    /// <summary>As given, with what a <see cref="HyperionSerializerSetup"/> of the system says laid over it: that part is only shown, not used.</summary>
    public readonly HyperionSerializerSettings Settings;

    private readonly global::Hyperion.Serializer _serializer;

    /// <summary>With the settings of the configuration, or the given ones.</summary>
    public HyperionSerializer(ExtendedActorSystem system) : this(system, HyperionSerializerSettings.Default)
    {
    }

    /// <summary>With the settings of the configuration, or the given ones.</summary>
    public HyperionSerializer(ExtendedActorSystem system, Config config) : this(system, HyperionSerializerSettings.Create(config))
    {
    }

    /// <summary>With the settings of the configuration, or the given ones.</summary>
    public HyperionSerializer(ExtendedActorSystem system, HyperionSerializerSettings settings) : base(system)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var setup = system?.Settings.Setup.Get<HyperionSerializerSetup>() ?? Option<HyperionSerializerSetup>.None;
        Settings = setup.HasValue ? setup.Value.ApplyTo(settings) : settings;

        var actorRefs = Surrogate.Create<ISurrogated, ISurrogate>(from => from.ToSurrogate(system), to => to.FromSurrogate(system));
        _serializer = new global::Hyperion.Serializer(new SerializerOptions(
            settings.VersionTolerance,
            settings.PreserveObjectReferences,
            settings.Surrogates.Append(actorRefs),
            null,
            KnownTypes(system, settings.KnownTypesProvider),
            true,
            settings.PackageNameOverrides,
            settings.DisallowUnsafeType,
            settings.TypeFilter));
    }

    /// <inheritdoc/>
    public override int Identifier => -5;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <summary>The embedded defaults; not in force unless somebody adds them to the configuration of a system.</summary>
    public static Config DefaultConfiguration() =>
        ConfigurationFactory.FromResource<HyperionSerializer>("Akka.Serialization.Hyperion.reference.conf");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        _serializer.Serialize(obj, stream);
        return stream.ToArray();
    }

    /// <exception cref="SerializationException">The bytes cannot be read, or name a type that is not allowed.</exception>
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            return _serializer.Deserialize<object>(new MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true));
        }
        catch (Exception e)
        {
            throw new SerializationException($"Cannot read the object{(type == null ? "" : $" of type {type}")}: {e.Message}", e);
        }
    }

    private static IEnumerable<Type> KnownTypes(ExtendedActorSystem system, Type provider)
    {
        var taking = provider.GetConstructors().FirstOrDefault(constructor =>
            constructor.GetParameters() is [var only] && (only.ParameterType == typeof(ActorSystem) || only.ParameterType == typeof(ExtendedActorSystem)));
        return ((IKnownTypesProvider)(taking == null ? Activator.CreateInstance(provider) : taking.Invoke([system]))).GetKnownTypes();
    }
}

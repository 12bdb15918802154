using System;
using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Util;
using Akka.Util.Reflection;

namespace Akka.Serialization;

/// <summary>The serializers of one system, by type of message and by identifier. Any thread may use it.</summary>
public class Serialization
{
    // Set while a thread serializes for a transport. Never leaks to another system: WithTransport restores what was there.
    [ThreadStatic]
    private static Information _transport;

    // A message within a message within …: how deep this thread is in reading one.
    private const int DepthMax = 32;

    [ThreadStatic]
    private static int _depth;

    private readonly SerializerBindings _bindings = new();
    private readonly ConcurrentDictionary<int, Serializer> _byIdentifier = new();
    private readonly ConcurrentDictionary<string, Serializer> _byAlias = new(StringComparer.Ordinal);
    private readonly Serializer _null;

    /// <summary>Reads the bindings of the system.</summary>
    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        _null = new NullSerializer(system);
        AddSerializer("null", _null);
        SerializationSettingsReader.Read(this, system);
        AddFromSetup();
    }

    /// <summary>Whose serializers these are.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>The transport information of this thread.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Information GetCurrentTransportInformation() =>
        _transport ?? throw new InvalidOperationException("No transport information is set on this thread; use Serialization.WithTransport.");

    /// <summary>Runs the action with the address of the system's own provider as transport information.</summary>
    public static T WithTransport<T>(ExtendedActorSystem system, Func<T> action) =>
        WithTransport(system.Provider.SerializationInformation, action, static run => run());

    /// <summary>Runs the action with local references written under the given address.</summary>
    public static T WithTransport<TState, T>(ExtendedActorSystem system, TState state, Func<TState, T> action) =>
        WithTransport(system.Provider.SerializationInformation, state, action);

    /// <summary>Runs the action with local references written under the given address.</summary>
    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action) =>
        WithTransport(new Information(address, system), action, static run => run());

    /// <summary>What identifies the kind of <paramref name="msg"/> to the serializer of the reader; empty if it needs nothing.</summary>
    public static string ManifestFor(Serializer s, object msg)
    {
        if (s is SerializerWithStringManifest withManifest)
        {
            return withManifest.Manifest(msg);
        }

        return s.IncludeManifest ? msg.GetType().TypeQualifiedName() : string.Empty;
    }

    /// <summary>The path of a reference as others can resolve it; empty for no sender.</summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef == null)
        {
            return string.Empty;
        }

        var path = actorRef.Path;
        var provider = actorRef is IInternalActorRef local and not Nobody ? local.Provider : null;
        var transport = _transport;
        if (transport == null)
        {
            return provider == null ? path.ToSerializationFormat() : path.ToSerializationFormatWithAddress(provider.DefaultAddress);
        }

        // A reference of another system in this process is written under an address of that one.
        return provider == null || ReferenceEquals(provider, ((ExtendedActorSystem)transport.System).Provider)
            ? path.ToSerializationFormatWithAddress(transport.Address)
            : path.ToSerializationFormatWithAddress(provider.GetExternalAddressFor(transport.Address) ?? provider.DefaultAddress);
    }

    /// <summary>The reference with that path; no sender if it is empty.</summary>
    public IActorRef DeserializeActorRef(string path) => string.IsNullOrEmpty(path) ? ActorRefs.NoSender : System.Provider.ResolveActorRef(path);

    /// <summary>The bytes that its serializer makes of the object.</summary>
    public byte[] Serialize(object o) =>
        WithTransport(System, (Serializer: FindSerializerFor(o), Message: o), static state => state.Serializer.ToBinary(state.Message));

    /// <exception cref="SerializationException">The identifier is unknown, or the bytes cannot be read.</exception>
    public object Deserialize(byte[] bytes, int serializerId, Type type)
    {
        Enter();
        try
        {
            return WithTransport(
                System, (Serializer: Get(serializerId), Bytes: bytes, Type: type), static state => state.Serializer.FromBinary(state.Bytes, state.Type));
        }
        finally
        {
            _depth--;
        }
    }

    /// <exception cref="SerializationException">The identifier or the manifest is unknown, or the bytes cannot be read.</exception>
    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        Enter();
        try
        {
            return WithTransport(System, (Serializer: Get(serializerId), Bytes: bytes, Manifest: manifest), static state =>
                state.Serializer is SerializerWithStringManifest withManifest
                    ? withManifest.FromBinary(state.Bytes, state.Manifest)
                    : state.Serializer.FromBinary(state.Bytes, TypeOf(state.Manifest, state.Serializer)));
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>The serializer for the type of the object; null has its own.</summary>
    public Serializer FindSerializerFor(object obj, string defaultSerializerName = null) =>
        obj == null ? _null : FindSerializerForType(obj.GetType(), defaultSerializerName);

    /// <summary>The binding of the most specific type; else the named default; else the binding of System.Object.</summary>
    /// <exception cref="SerializationException">There is none.</exception>
    public Serializer FindSerializerForType(Type objectType, string defaultSerializerName = null)
    {
        var found = defaultSerializerName == null
            ? _bindings.Find(objectType)
            : _bindings.FindSpecific(objectType) ?? ByAlias(defaultSerializerName) ?? _bindings.Find(objectType);
        return found ?? throw new SerializationException($"No serializer is bound to {objectType}.");
    }

    /// <summary>Makes a serializer known by its identifier and, if given, its alias.</summary>
    public void AddSerializer(Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        if (_byIdentifier.TryGetValue(serializer.Identifier, out var replaced) && replaced.GetType() != serializer.GetType())
        {
            WarnOfOverride(replaced, serializer);
        }

        _byIdentifier[serializer.Identifier] = serializer;
    }

    /// <summary>Makes a serializer known by its identifier and, if given, its alias.</summary>
    public void AddSerializer(string name, Serializer serializer)
    {
        AddSerializer(serializer);
        _byAlias[name] = serializer;
    }

    /// <summary>Binds a type, and what is derived from it, to a serializer.</summary>
    public void AddSerializationMap(Type type, Serializer serializer) => _bindings.Bind(type, serializer);

    internal Serializer ByAlias(string alias) => alias != null && _byAlias.TryGetValue(alias, out var serializer) ? serializer : null;

    internal Serializer Get(int identifier) => _byIdentifier.TryGetValue(identifier, out var serializer)
        ? serializer
        : throw new SerializationException($"No serializer has the identifier {identifier}: the sender and this system are configured differently.");

    /// <summary>Each level of a message within a message has a copy of all that is below it, and takes its part of the stack.</summary>
    private static void Enter()
    {
        if (++_depth > DepthMax)
        {
            _depth--;
            throw new SerializationException($"Messages are nested in one another more than {DepthMax} deep.");
        }
    }

    private static T WithTransport<TState, T>(Information transport, TState state, Func<TState, T> action)
    {
        var outer = _transport;
        if (ReferenceEquals(outer, transport))
        {
            return action(state);
        }

        _transport = transport;
        try
        {
            return action(state);
        }
        finally
        {
            _transport = outer;
        }
    }

    private static Type TypeOf(string manifest, Serializer serializer)
    {
        if (string.IsNullOrEmpty(manifest))
        {
            return null;
        }

        if (!TypeNameLimits.IsReasonable(manifest))
        {
            throw new SerializationException($"The manifest for {serializer.GetType().Name} is no name of a type: {manifest.Length} characters.");
        }

        try
        {
            return TypeCache.GetType(manifest);
        }
        catch (Exception e)
        {
            throw new SerializationException($"Cannot find the type '{manifest}' that {serializer.GetType().Name} is to read.", e);
        }
    }

    /// <summary>Bytes that the replaced one wrote will be given to the other: wanted for defaults, else a mistake in the configuration.</summary>
    private void WarnOfOverride(Serializer replaced, Serializer by)
    {
        if (System.Settings.Config.GetBoolean("akka.log-serializer-override-on-start"))
        {
            System.Log?.Log(
                LogLevel.WarningLevel,
                null,
                $"The serializer identifier {by.Identifier} of {replaced.GetType()} is taken over by {by.GetType()}.");
        }
    }

    private void AddFromSetup()
    {
        var setup = System.Settings.Setup.Get<SerializationSetup>();
        if (!setup.HasValue)
        {
            return;
        }

        foreach (var details in setup.Value.CreateSerializers(System))
        {
            AddSerializer(details.Alias, details.Serializer);
            foreach (var type in details.UseFor)
            {
                AddSerializationMap(type, details.Serializer);
            }
        }
    }
}

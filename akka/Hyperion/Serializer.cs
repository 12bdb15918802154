using System;
using System.Collections.Concurrent;
using System.IO;
using System.Runtime.Serialization;
using Hyperion.Codecs;
using Hyperion.Internal;
using Hyperion.Sessions;
using Hyperion.Types;
using Hyperion.ValueSerializers;

namespace Hyperion;

/// <summary>
/// Writes object graphs and reads them again. Any number of threads may use one serializer; what it learns about types it keeps.
/// Bytes from strangers cost a typed error at most: <see cref="SerializationException"/>, <see cref="EvilDeserializationException"/>
/// or <see cref="UnsupportedTypeException"/>, and memory in proportion to their number.
/// </summary>
public class Serializer
{
    /// <summary>How it works.</summary>
    public readonly SerializerOptions Options;

    internal readonly TypeResolver Types;

    private readonly ConcurrentDictionary<Type, Codec> _codecs = new();
    private readonly ConcurrentDictionary<Type, ContentCodec> _contents = new();
    private readonly ConcurrentDictionary<ContentCodec, TypeDefinition> _definitions = new();
    private readonly CodecFactory _factory;
    private readonly TypeDefinition[] _knownTypes;

    /// <summary>With the given options, or the default ones.</summary>
    public Serializer() : this(new SerializerOptions())
    {
    }

    /// <summary>With the given options, or the default ones.</summary>
    public Serializer(SerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Types = new TypeResolver(options);
        _factory = new CodecFactory(this);
        _knownTypes = new TypeDefinition[options.KnownTypes.Length];
        for (var i = 0; i < _knownTypes.Length; i++)
        {
            var codec = ContentOf(options.KnownTypes[i]);
            codec.KnownIndex = i;
            _knownTypes[i] = DefinitionOf(codec);
        }
    }

    internal int KnownTypeCount => _knownTypes.Length;

    /// <summary>For the writing of one object.</summary>
    public SerializerSession GetSerializerSession() => new(this);

    /// <summary>For the reading of one object.</summary>
    public DeserializerSession GetDeserializerSession() => new(this);

    /// <summary>Writes an object with all that it refers to.</summary>
    public void Serialize(object obj, Stream stream)
    {
        var session = GetSerializerSession();
        try
        {
            Serialize(obj, stream, session);
        }
        finally
        {
            session.Output.Dispose(); // back to the pool
        }
    }

    /// <exception cref="EvilDeserializationException">The options do not allow the type of the object.</exception>
    /// <exception cref="UnsupportedTypeException">It, or something it holds, cannot be serialized.</exception>
    public void Serialize(object obj, Stream stream, SerializerSession session)
    {
        ArgumentNullException.ThrowIfNull(obj);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(session);
        if (ReferenceEquals(stream, session.Output))
        {
            session.WriteObject(obj); // a serializer of a user's own hands a part back
            return;
        }

        Types.CheckRoot(obj.GetType());
        session.Output.Clear();
        session.WriteObject(obj);
        stream.Write(session.Output.Written);
    }

    /// <summary>Reads an object; types that are not allowed are refused before anything is made.</summary>
    public object Deserialize(Stream stream) => Deserialize(stream, GetDeserializerSession());

    /// <summary>Reads an object; types that are not allowed are refused before anything is made.</summary>
    public T Deserialize<T>(Stream stream) => Deserialize<T>(stream, GetDeserializerSession());

    /// <exception cref="SerializationException">The bytes are not an object of that type.</exception>
    public T Deserialize<T>(Stream stream, DeserializerSession session) => Deserialize(stream, session) switch
    {
        T typed => typed,
        null when default(T) is null => default,
        var other => throw new SerializationException($"A {typeof(T)} is expected, a {other?.GetType().ToString() ?? "null"} is there."),
    };

    /// <exception cref="SerializationException">The bytes are not an object.</exception>
    /// <exception cref="EvilDeserializationException">The options do not allow a type that they name.</exception>
    public object Deserialize(Stream stream, DeserializerSession session)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(session);
        if (ReferenceEquals(stream, session.Input))
        {
            return session.ReadObject();
        }

        try
        {
            session.Input = new Input(stream);
            var value = session.ReadObject();
            session.Input.Finish();
            return value;
        }
        catch (Exception e) when (e is not (SerializationException or EvilDeserializationException or UnsupportedTypeException or OutOfMemoryException))
        {
            // Numbers out of range, keys that are there twice, an Equals that stumbles over an empty field.
            throw new SerializationException($"The object cannot be read: {e.Message}", e);
        }
    }

    internal TypeDefinition KnownType(int index) => _knownTypes[index];

    internal Codec CodecOf(Type type) => _codecs.TryGetValue(type, out var codec) ? codec : _codecs.GetOrAdd(type, _factory.Make);

    /// <summary>The codec of a type whose name is on the wire.</summary>
    internal ContentCodec ContentOf(Type type) => _contents.TryGetValue(type, out var codec) ? codec : _contents.GetOrAdd(type, _factory.MakeContent);

    /// <summary>As long as sender and reader have the same fields.</summary>
    internal TypeDefinition DefinitionOf(ContentCodec codec) =>
        _definitions.TryGetValue(codec, out var definition) ? definition : _definitions.GetOrAdd(codec, static c => new TypeDefinition(c, null));
}

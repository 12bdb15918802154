using System;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// The fall-back for messages that nobody bound: properties and fields as JSON, the type in the manifest. Identifier 1 (from the
/// reference configuration). What it cannot give back as it was is refused when it is written (<see cref="JsonMemberRules"/>), and
/// types of the framework that are no plain data are refused on both sides, before anything is made (<see cref="JsonTypeRules"/>).
/// </summary>
internal sealed class DefaultJsonSerializer : Serializer
{
    private const int DepthMax = 64;

    private readonly JsonSerializerOptions _options;

    public DefaultJsonSerializer(ExtendedActorSystem system) : base(system)
    {
        _options = new JsonSerializerOptions
        {
            IncludeFields = true,
            MaxDepth = DepthMax,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { JsonMemberRules.Apply } },
        };
        _options.Converters.Add(new ActorRefJsonConverter(system));
    }

    public override bool IncludeManifest => true;

    /// <exception cref="SerializationException">The object cannot be written so that it could be read again.</exception>
    public override byte[] ToBinary(object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        var type = obj.GetType();
        try
        {
            JsonTypeRules.EnsureMessage(type);
            JsonMemberRules.EnsureDeclaredTypes(obj, type);
            return JsonSerializer.SerializeToUtf8Bytes(obj, type, _options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Properties of the message run here: anything may come out of them.
            throw new SerializationException($"No serializer is bound to {type}, and the default one cannot write it: {e.Message}", e);
        }
    }

    /// <exception cref="SerializationException">The type is refused, or the bytes do not fit it.</exception>
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            JsonTypeRules.EnsureMessage(type);
            return JsonSerializer.Deserialize(bytes, type, _options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Constructors and setters of the message run here.
            throw new SerializationException($"No serializer is bound to {type?.ToString() ?? "a message without a type"}, and the default one cannot read it: {e.Message}", e);
        }
    }
}

using System;
using System.Collections.Concurrent;
using Hyperion.ValueSerializers;

namespace Hyperion.SerializerFactories;

/// <summary>Makes the serializers of types that need their own. Asked before the built-in ones, once per type.</summary>
public abstract class ValueSerializerFactory
{
    /// <summary>True if its serializers write that type.</summary>
    public abstract bool CanSerialize(Serializer serializer, Type type);

    /// <summary>True if its serializers read that type.</summary>
    public abstract bool CanDeserialize(Serializer serializer, Type type);

    /// <summary>Builds the serializer and enters it under the type.</summary>
    public abstract ValueSerializer BuildSerializer(Serializer serializer, Type type, ConcurrentDictionary<Type, ValueSerializer> typeMapping);
}

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using Hyperion.Codecs;
using Hyperion.Sessions;

namespace Hyperion;

/// <summary>What is remembered while a message is read: the objects and the types that came before. For one thread.</summary>
public class DeserializerSession
{
    private static readonly object Unfinished = new();

    /// <summary>Whose session this is.</summary>
    public readonly Serializer Serializer;

    private readonly bool _preserves;
    private readonly List<TypeDefinition> _types = [];
    private List<object> _objects;
    private int _depth;

    /// <summary>For the reading of one object.</summary>
    public DeserializerSession(Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        Serializer = serializer;
        _preserves = serializer.Options.PreserveObjectReferences;
    }

    /// <summary>What is read from now on; the types and objects of before stay known.</summary>
    internal Input Input { get; set; }

    internal object ReadObject()
    {
        var tag = (Tag)Input.U8();
        switch (tag)
        {
            case Tag.Null:
                return null;
            case Tag.Reference:
                return Find(Input.Varint());
            case Tag.Object:
                if (++_depth > SerializerSession.DepthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
                {
                    throw new SerializationException($"The objects of the message are nested more than {SerializerSession.DepthMax} deep.");
                }

                var definition = ReadTypeReference();
                var value = definition.Codec.Read(this, definition);
                _depth--;
                return value;
            default:
                var read = PrimitiveTable.ReaderOf(tag) ?? throw new SerializationException($"No value has the tag {(byte)tag}.");
                return read(this);
        }
    }

    internal void Charge(long bytes) => Input.Charge(bytes);

    /// <summary>The number of the object that comes next; -1 if objects have none.</summary>
    internal int Reserve()
    {
        if (!_preserves)
        {
            return -1;
        }

        _objects ??= [];
        _objects.Add(Unfinished);
        return _objects.Count - 1;
    }

    internal void Track(int number, object value)
    {
        if (number >= 0)
        {
            _objects[number] = value;
        }
    }

    private object Find(ulong number)
    {
        if (_objects is null || number >= (ulong)_objects.Count)
        {
            throw new SerializationException($"There is no object number {number} before this one.");
        }

        var value = _objects[(int)number];
        return value != Unfinished
            ? value
            : throw new SerializationException($"Object number {number} is within an object that has to be complete first.");
    }

    private TypeDefinition ReadTypeReference()
    {
        var index = Input.Varint();
        if (index == 0)
        {
            return ReadTypeDefinition();
        }

        index--;
        if (index < (ulong)Serializer.KnownTypeCount)
        {
            return Serializer.KnownType((int)index);
        }

        index -= (ulong)Serializer.KnownTypeCount;
        return index < (ulong)_types.Count ? _types[(int)index] : throw new SerializationException($"There is no type number {index} before this value.");
    }

    private TypeDefinition ReadTypeDefinition()
    {
        var type = Serializer.Types.Resolve(Input.Bytes(Input.Varint()));
        var codec = Serializer.ContentOf(type);
        var definition = Serializer.DefinitionOf(codec);
        if (Serializer.Options.VersionTolerance && codec.FieldNames.Length > 0 && !Input.TrySkip(codec.FieldNames))
        {
            var map = codec.MapFields(ReadFieldNames());
            definition = new TypeDefinition(codec, map);
        }

        _types.Add(definition);
        return definition;
    }

    private string[] ReadFieldNames()
    {
        var count = Input.Count(1);
        Charge(count * 8L);
        var names = new List<string>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
        {
            names.Add(Input.Text());
        }

        return names.ToArray();
    }
}

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using Hyperion.Codecs;
using Hyperion.Sessions;

namespace Hyperion;

/// <summary>What is remembered while a message is written: the objects and the types that came before. For one thread.</summary>
public class SerializerSession
{
    /// <summary>Beyond that a message is taken for one without an end. The reader has the same limit.</summary>
    internal const int DepthMax = 1_000;

    /// <summary>Whose session this is.</summary>
    public readonly Serializer Serializer;

    internal readonly Output Output = new();

    private readonly bool _preserves;
    private readonly List<ContentCodec> _types = [];
    private Dictionary<object, int> _numbers;
    private int _count;
    private int _depth;

    /// <summary>For the writing of one object.</summary>
    public SerializerSession(Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        Serializer = serializer;
        _preserves = serializer.Options.PreserveObjectReferences;
    }

    internal void WriteObject(object value)
    {
        if (value is null)
        {
            Output.WriteByte((byte)Tag.Null);
            return;
        }

        Serializer.CodecOf(value.GetType()).Write(this, value);
    }

    /// <summary>Writes the number of an object that was written before.</summary>
    internal bool TryFindReference(object value)
    {
        if (!_preserves || _numbers is null || !_numbers.TryGetValue(value, out var number))
        {
            return false;
        }

        Output.WriteByte((byte)Tag.Reference);
        Output.WriteVarint((uint)number);
        return true;
    }

    internal bool TryWriteReference(object value)
    {
        if (TryFindReference(value))
        {
            return true;
        }

        Track(value);
        return false;
    }

    /// <summary>The object takes the next number. A boxed original of a surrogate takes one, too, and is never found again.</summary>
    internal void Track(object value)
    {
        if (_preserves)
        {
            (_numbers ??= new Dictionary<object, int>(ReferenceEqualityComparer.Instance)).TryAdd(value, _count);
            _count++;
        }
    }

    /// <summary>1 and up: the types both sides know, then those of this message in their order; 0: a new one follows.</summary>
    internal void WriteTypeReference(ContentCodec codec)
    {
        if (codec.KnownIndex >= 0)
        {
            Output.WriteVarint((uint)codec.KnownIndex + 1);
            return;
        }

        var index = _types.IndexOf(codec);
        if (index >= 0)
        {
            Output.WriteVarint((uint)(Serializer.KnownTypeCount + index + 1));
            return;
        }

        _types.Add(codec);
        Output.WriteVarint(0);
        Output.WriteVarint((uint)codec.NameBytes.Length);
        Output.Write(codec.NameBytes);
        if (Serializer.Options.VersionTolerance)
        {
            Output.Write(codec.FieldNames);
        }
    }

    internal void Enter()
    {
        if (++_depth > DepthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException(
                $"The objects are nested more than {DepthMax} deep, or have a cycle and their references are not preserved.");
        }
    }

    internal void Leave() => _depth--;
}

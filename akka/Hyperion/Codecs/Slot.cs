using System.Collections.Generic;
using System.Runtime.Serialization;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>A place of a static type: a field, an element. Values of small types stand in it without a box.</summary>
internal abstract class Slot<T>
{
    /// <summary>The least that a value takes on the wire, in bytes. At least 1.</summary>
    public abstract int BytesMin { get; }

    public abstract void Write(SerializerSession to, T value);

    public abstract T Read(DeserializerSession from);
}

/// <summary>The type of the place says all: no tag.</summary>
internal sealed class RawSlot<T, TPrimitive> : Slot<T> where TPrimitive : struct, IPrimitive<T>
{
    public override int BytesMin => TPrimitive.BytesMin;

    public override void Write(SerializerSession to, T value) => TPrimitive.Write(to, value);

    public override T Read(DeserializerSession from) => TPrimitive.Read(from);
}

/// <summary>As any value, so that a reader without the field can skip it and one with another type notices.</summary>
internal sealed class TaggedSlot<T, TPrimitive> : Slot<T> where TPrimitive : struct, IPrimitive<T>
{
    public override int BytesMin => 1 + TPrimitive.BytesMin;

    public override void Write(SerializerSession to, T value)
    {
        to.Output.WriteByte((byte)TPrimitive.Tag);
        TPrimitive.Write(to, value);
    }

    public override T Read(DeserializerSession from)
    {
        var tag = (Tag)from.Input.U8();
        return tag == TPrimitive.Tag
            ? TPrimitive.Read(from)
            : throw new SerializationException($"A {typeof(T)} is expected, a value with tag {tag} is there.");
    }
}

/// <summary>The tag is the value.</summary>
internal sealed class TaggedBooleanSlot : Slot<bool>
{
    public override int BytesMin => 1;

    public override void Write(SerializerSession to, bool value) => to.Output.WriteByte((byte)(value ? Tag.True : Tag.False));

    public override bool Read(DeserializerSession from) => (Tag)from.Input.U8() switch
    {
        Tag.False => false,
        Tag.True => true,
        var tag => throw new SerializationException($"A boolean is expected, a value with tag {tag} is there."),
    };
}

/// <summary>A place for a type whose values may be null or of a subtype, or are not small.</summary>
internal sealed class ObjectSlot<T> : Slot<T>
{
    public override int BytesMin => 1;

    public override void Write(SerializerSession to, T value) => to.WriteObject(value);

    public override T Read(DeserializerSession from)
    {
        var value = from.ReadObject();
        if (value is T typed)
        {
            return typed;
        }

        return value is null && default(T) is null
            ? default
            : throw new SerializationException($"A {typeof(T)} is expected, a {value?.GetType().ToString() ?? "null"} is there.");
    }
}

/// <summary>Both halves, one after the other.</summary>
internal sealed class PairSlot<TKey, TValue>(Slot<TKey> keys, Slot<TValue> values) : Slot<KeyValuePair<TKey, TValue>>
{
    public override int BytesMin => keys.BytesMin + values.BytesMin;

    public override void Write(SerializerSession to, KeyValuePair<TKey, TValue> value)
    {
        keys.Write(to, value.Key);
        values.Write(to, value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(DeserializerSession from)
    {
        var key = keys.Read(from);
        return new KeyValuePair<TKey, TValue>(key, values.Read(from));
    }
}

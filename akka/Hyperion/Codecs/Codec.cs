using System;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>Writes the objects of one run-time type. Made once per type and serializer; any thread may call it.</summary>
internal abstract class Codec
{
    /// <summary>The value with all that a reader needs to know of its type. Never null.</summary>
    public abstract void Write(SerializerSession to, object value);
}

internal sealed class PrimitiveCodec<T, TPrimitive> : Codec where TPrimitive : struct, IPrimitive<T>
{
    public override void Write(SerializerSession to, object value)
    {
        to.Output.WriteByte((byte)TPrimitive.Tag);
        TPrimitive.Write(to, (T)value);
    }
}

internal sealed class BooleanCodec : Codec
{
    public override void Write(SerializerSession to, object value) => to.Output.WriteByte((byte)((bool)value ? Tag.True : Tag.False));
}

/// <summary>An object that is nothing but itself: a lock, a marker.</summary>
internal sealed class PlainCodec : Codec
{
    public override void Write(SerializerSession to, object value)
    {
        if (!to.TryWriteReference(value))
        {
            to.Output.WriteByte((byte)Tag.Plain);
        }
    }
}

/// <summary>Refuses a type again and again for the reason that was found once.</summary>
internal sealed class RefusingCodec(Func<Exception> reason) : Codec
{
    public override void Write(SerializerSession to, object value) => throw reason();
}

/// <summary>Another object travels in the place of this one, under the number of this one.</summary>
internal sealed class SurrogateCodec(Surrogate surrogate) : Codec
{
    public override void Write(SerializerSession to, object value)
    {
        // Asked before: the surrogate is a new object each time.
        if (to.TryFindReference(value))
        {
            return;
        }

        var replacement = surrogate.ToSurrogate(value)
            ?? throw new System.Runtime.Serialization.SerializationException($"The surrogate of {value.GetType()} is null.");
        to.Serializer.ContentOf(replacement.GetType()).WriteAs(to, value, replacement);
    }
}

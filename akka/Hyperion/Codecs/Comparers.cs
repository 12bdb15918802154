using System;
using System.Runtime.Serialization;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>How a collection compares: the common comparers as a number, one of the user's own as an object.</summary>
internal static class Comparers
{
    private const byte Default = 0;
    private const byte Other = 255;

    // The place is the number: append only.
    private static readonly object[] Known =
    [
        null, StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase,
    ];

    public static void Write(SerializerSession to, object comparer, object usual)
    {
        if (comparer is null || comparer.Equals(usual))
        {
            to.Output.WriteByte(Default);
            return;
        }

        for (byte i = 1; i < Known.Length; i++)
        {
            if (comparer.Equals(Known[i]))
            {
                to.Output.WriteByte(i);
                return;
            }
        }

        if (comparer is StringComparer)
        {
            throw new UnsupportedTypeException(comparer.GetType(), "A collection with a comparer of a culture cannot be serialized.");
        }

        to.Output.WriteByte(Other);
        to.WriteObject(comparer);
    }

    /// <summary>Null for the usual one.</summary>
    public static TComparer Read<TComparer>(DeserializerSession from) where TComparer : class
    {
        var kind = from.Input.U8();
        var comparer = kind == Other ? from.ReadObject() : kind < Known.Length ? Known[kind] : null;
        return comparer as TComparer
            ?? (kind == Default ? null : throw new SerializationException($"A {typeof(TComparer)} is expected, something else is there."));
    }
}

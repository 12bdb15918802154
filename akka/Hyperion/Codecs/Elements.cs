using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Hyperion.Codecs;

/// <summary>Elements that are needed all at once, before the object that will hold them.</summary>
internal static class Elements
{
    public static T[] Read<T>(DeserializerSession from, Slot<T> slot)
    {
        var count = from.Input.Count(slot.BytesMin);
        if (!from.Input.IsBounded)
        {
            return ReadGrowing(from, slot, count);
        }

        from.Charge(24 + ((long)count * Unsafe.SizeOf<T>()));
        var elements = new T[count];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = slot.Read(from);
        }

        return elements;
    }

    /// <summary>From a stream that does not know its length: takes memory as elements arrive.</summary>
    public static T[] ReadGrowing<T>(DeserializerSession from, Slot<T> slot, int count)
    {
        var elements = new List<T>();
        for (var i = 0; i < count; i++)
        {
            elements.Add(slot.Read(from));
        }

        return elements.ToArray();
    }
}

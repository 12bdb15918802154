using System;

namespace Hyperion.Codecs;

/// <summary>Makes the slots for static types.</summary>
internal static class Slots
{
    /// <summary>A <see cref="Slot{T}"/> of the type.</summary>
    public static object Of(Type type, bool isTagged) =>
        PrimitiveTable.SlotOf(type, isTagged) ?? Activator.CreateInstance(typeof(ObjectSlot<>).MakeGenericType(type));

    public static Slot<T> Of<T>(bool isTagged) => (Slot<T>)Of(typeof(T), isTagged);
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>Collections that never change: made when all elements are there.</summary>
/// <param name="build">From a comparer (null: the usual one) and the elements in the order of the enumeration.</param>
internal sealed class BuildingCodec<TCollection, T, TComparer>(
    Type type,
    Slot<T> slot,
    Func<TComparer, T[], TCollection> build,
    Func<TCollection, object> comparerOf = null,
    object usualComparer = null) : ContentCodec(type)
    where TCollection : IEnumerable<T>
    where TComparer : class
{
    private const int OverheadBytes = 48;

    protected override void WriteContent(SerializerSession to, object value)
    {
        var collection = (TCollection)value;
        if (comparerOf != null)
        {
            Comparers.Write(to, comparerOf(collection), usualComparer);
        }

        var elements = collection.ToArray();
        to.Output.WriteVarint((uint)elements.Length);
        foreach (var element in elements)
        {
            slot.Write(to, element);
        }
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var comparer = comparerOf != null ? Comparers.Read<TComparer>(from) : null;
        var elements = Elements.Read(from, slot);
        from.Charge(elements.Length * (long)(OverheadBytes + Unsafe.SizeOf<T>()));
        return build(comparer, elements);
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>What the kinds of collections differ in.</summary>
/// <param name="Create">An empty one, with that comparer (null: the usual one) and room for so many.</param>
/// <param name="ComparerOf">Null if the kind has none.</param>
/// <param name="IsReversed">It is enumerated against the order in which elements are added.</param>
internal sealed record CollectionShape<TCollection, T, TComparer>(
    Func<TComparer, int, TCollection> Create,
    Action<TCollection, T> Add,
    Func<TCollection, object> ComparerOf = null,
    object UsualComparer = null,
    bool IsReversed = false)
    where TCollection : class, IEnumerable<T>
    where TComparer : class;

/// <summary>Collections that are filled after they are made, and so may hold themselves.</summary>
internal sealed class AddingCodec<TCollection, T, TComparer>(Type type, Slot<T> slot, CollectionShape<TCollection, T, TComparer> shape) : ContentCodec(type)
    where TCollection : class, IEnumerable<T>
    where TComparer : class
{
    // What an element takes in the collection beside itself: links, hash codes, nodes.
    private const int OverheadBytes = 32;

    protected override void WriteContent(SerializerSession to, object value)
    {
        var collection = (TCollection)value;
        if (shape.ComparerOf != null)
        {
            Comparers.Write(to, shape.ComparerOf(collection), shape.UsualComparer);
        }

        // Others may change a concurrent collection at this moment, so that its count is worth nothing.
        var elements = collection is List<T> list ? (IReadOnlyCollection<T>)list : collection.ToArray();
        to.Output.WriteVarint((uint)elements.Count);
        foreach (var element in shape.IsReversed ? elements.Reverse() : elements)
        {
            slot.Write(to, element);
        }
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var comparer = shape.ComparerOf != null ? Comparers.Read<TComparer>(from) : null;
        var count = from.Input.Count(slot.BytesMin);
        from.Charge(from.Input.IsBounded ? 96 + (count * (long)(OverheadBytes + Unsafe.SizeOf<T>())) : 96);
        var collection = shape.Create(comparer, from.Input.IsBounded ? count : 0);
        from.Track(number, collection);
        for (var i = 0; i < count; i++)
        {
            shape.Add(collection, slot.Read(from));
        }

        return collection;
    }
}

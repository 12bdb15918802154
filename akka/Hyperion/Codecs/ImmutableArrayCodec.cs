using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>Unlike the other immutable collections it has a state without any array: a flag in front says so.</summary>
internal sealed class ImmutableArrayCodec<T>() : ContentCodec(typeof(ImmutableArray<T>))
{
    private readonly Slot<T> _slot = Slots.Of<T>(isTagged: false);

    protected override void WriteContent(SerializerSession to, object value)
    {
        var array = (ImmutableArray<T>)value;
        BooleanPrimitive.Write(to, array.IsDefault);
        if (array.IsDefault)
        {
            return;
        }

        to.Output.WriteVarint((uint)array.Length);
        foreach (var element in array)
        {
            _slot.Write(to, element);
        }
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var isDefault = BooleanPrimitive.Read(from);
        return isDefault ? default(ImmutableArray<T>) : ImmutableCollectionsMarshal.AsImmutableArray(Elements.Read(from, _slot));
    }
}

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using Hyperion.Sessions;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>Arrays: of numbers as they lie in memory, of anything else element by element; of any rank.</summary>
internal static class ArrayCodecs
{
    // Little-endian and without gaps, and every pattern of bits is a value.
    private static readonly Type[] Bulk =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(char), typeof(Guid),
    ];

    public static ContentCodec Make(Serializer serializer, Type type)
    {
        var element = type.GetElementType();
        serializer.Types.CheckSafe(element);
        if (element.IsPointer || element.IsByRefLike)
        {
            throw new UnsupportedTypeException(type, $"Arrays of {element} cannot be serialized.");
        }

        var kind = !type.IsSZArray ? typeof(RankedArrayCodec<>)
            : Array.IndexOf(Bulk, element) >= 0 ? typeof(BulkArrayCodec<>)
            : typeof(ArrayCodec<>);
        var made = kind.MakeGenericType(element);
        return (ContentCodec)(kind == typeof(RankedArrayCodec<>) ? Activator.CreateInstance(made, type) : Activator.CreateInstance(made));
    }
}

internal sealed class BulkArrayCodec<T>() : ContentCodec(typeof(T[])) where T : unmanaged
{
    protected override void WriteContent(SerializerSession to, object value)
    {
        var array = (T[])value;
        to.Output.WriteVarint((uint)array.Length);
        to.Output.Write(MemoryMarshal.AsBytes(array.AsSpan()));
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var count = from.Input.Count(Unsafe.SizeOf<T>());
        return MemoryMarshal.Cast<byte, T>(from.Input.Bytes((ulong)count * (uint)Unsafe.SizeOf<T>())).ToArray();
    }
}

internal sealed class ArrayCodec<T>() : ContentCodec(typeof(T[]))
{
    private readonly Slot<T> _slot = Slots.Of<T>(isTagged: false);

    protected override void WriteContent(SerializerSession to, object value)
    {
        var array = (T[])value;
        to.Output.WriteVarint((uint)array.Length);
        foreach (var element in array)
        {
            _slot.Write(to, element);
        }
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var count = from.Input.Count(_slot.BytesMin);
        if (!from.Input.IsBounded)
        {
            return Elements.ReadGrowing(from, _slot, count);
        }

        from.Charge(24 + ((long)count * Unsafe.SizeOf<T>()));
        var array = new T[count];
        from.Track(number, array);
        for (var i = 0; i < array.Length; i++)
        {
            array[i] = _slot.Read(from);
        }

        return array;
    }
}

/// <summary>The lengths of the dimensions, then the elements, the last index the fastest. Lower bounds are 0.</summary>
internal sealed class RankedArrayCodec<T>(Type type) : ContentCodec(type)
{
    private readonly Slot<T> _slot = Slots.Of<T>(isTagged: false);

    protected override void WriteContent(SerializerSession to, object value)
    {
        var array = (Array)value;
        for (var dimension = 0; dimension < array.Rank; dimension++)
        {
            if (array.GetLowerBound(dimension) != 0)
            {
                throw new UnsupportedTypeException(Type, "Arrays with a lower bound other than 0 cannot be serialized.");
            }

            to.Output.WriteVarint((uint)array.GetLength(dimension));
        }

        foreach (var element in ElementsOf(array))
        {
            _slot.Write(to, element);
        }
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var lengths = new int[Type.GetArrayRank()];
        long count = 1, largest = 1;
        for (var dimension = 0; dimension < lengths.Length; dimension++)
        {
            lengths[dimension] = checked((int)from.Input.Varint());
            count *= lengths[dimension];
            largest *= Math.Max(lengths[dimension], 1);
            if (largest > Array.MaxLength)
            {
                throw new SerializationException("The dimensions of an array are too large.");
            }
        }

        from.Input.CheckCount(count, _slot.BytesMin);
        from.Charge(64 + (count * Unsafe.SizeOf<T>()));
        var array = Array.CreateInstance(typeof(T), lengths);
        from.Track(number, array);
        var elements = ElementsOf(array);
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = _slot.Read(from);
        }

        return array;
    }

    private static Span<T> ElementsOf(Array array) =>
        array.Length == 0 ? default : MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);
}

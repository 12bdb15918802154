using System;
using System.Collections.Generic;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>The small types: their codecs by type, their readers by tag, their slots.</summary>
internal static class PrimitiveTable
{
    private static readonly Dictionary<Type, Codec> ByType = new();
    private static readonly Dictionary<Type, (object Raw, object Tagged)> Slots = new();
    private static readonly Func<DeserializerSession, object>[] ByTag = new Func<DeserializerSession, object>[256];

    static PrimitiveTable()
    {
        Add<byte, BytePrimitive>();
        Add<sbyte, SBytePrimitive>();
        Add<short, Int16Primitive>();
        Add<ushort, UInt16Primitive>();
        Add<int, Int32Primitive>();
        Add<uint, UInt32Primitive>();
        Add<long, Int64Primitive>();
        Add<ulong, UInt64Primitive>();
        Add<float, SinglePrimitive>();
        Add<double, DoublePrimitive>();
        Add<decimal, DecimalPrimitive>();
        Add<char, CharPrimitive>();
        Add<Guid, GuidPrimitive>();
        Add<DateTime, DateTimePrimitive>();
        Add<DateTimeOffset, DateTimeOffsetPrimitive>();
        Add<TimeSpan, TimeSpanPrimitive>();

        // May be null: their places are those of objects.
        AddReference<string, StringPrimitive>();
        AddReference<Uri, UriPrimitive>();
        AddReference<Type, TypePrimitive>();
        ByType[typeof(object).GetType()] = ByType[typeof(Type)]; // what GetType() says of a type is a RuntimeType

        ByType[typeof(bool)] = new BooleanCodec();
        Slots[typeof(bool)] = (new RawSlot<bool, BooleanPrimitive>(), new TaggedBooleanSlot());
        ByTag[(byte)Tag.False] = static _ => false;
        ByTag[(byte)Tag.True] = static _ => true;
        ByType[typeof(object)] = new PlainCodec();
        ByTag[(byte)Tag.Plain] = static from =>
        {
            var plain = new object();
            from.Charge(24);
            from.Track(from.Reserve(), plain);
            return plain;
        };
    }

    public static Codec CodecOf(Type type) => ByType.GetValueOrDefault(type);

    public static Func<DeserializerSession, object> ReaderOf(Tag tag) => ByTag[(byte)tag];

    /// <summary>Null for types that are not small.</summary>
    public static object SlotOf(Type type, bool isTagged) =>
        Slots.TryGetValue(type, out var slots) ? (isTagged ? slots.Tagged : slots.Raw) : null;

    private static void Add<T, TPrimitive>() where TPrimitive : struct, IPrimitive<T>
    {
        AddReference<T, TPrimitive>();
        Slots[typeof(T)] = (new RawSlot<T, TPrimitive>(), new TaggedSlot<T, TPrimitive>());
    }

    private static void AddReference<T, TPrimitive>() where TPrimitive : struct, IPrimitive<T>
    {
        ByType[typeof(T)] = new PrimitiveCodec<T, TPrimitive>();
        ByTag[(byte)TPrimitive.Tag] = static from => TPrimitive.Read(from);
    }
}

using System;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

// One empty struct per type of a fixed shape. A value that is out of its type's range is an ArgumentException or an
// OverflowException here, and a typed error at the end of the reading.

internal readonly struct BytePrimitive : IPrimitive<byte>
{
    public static Tag Tag => Tag.Byte;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, byte value) => to.Output.WriteByte(value);

    public static byte Read(DeserializerSession from) => from.Input.U8();
}

internal readonly struct SBytePrimitive : IPrimitive<sbyte>
{
    public static Tag Tag => Tag.SByte;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, sbyte value) => to.Output.WriteByte((byte)value);

    public static sbyte Read(DeserializerSession from) => (sbyte)from.Input.U8();
}

internal readonly struct Int16Primitive : IPrimitive<short>
{
    public static Tag Tag => Tag.Int16;

    public static int BytesMin => 2;

    public static void Write(SerializerSession to, short value) => to.Output.WriteUInt16((ushort)value);

    public static short Read(DeserializerSession from) => (short)from.Input.UInt16();
}

internal readonly struct UInt16Primitive : IPrimitive<ushort>
{
    public static Tag Tag => Tag.UInt16;

    public static int BytesMin => 2;

    public static void Write(SerializerSession to, ushort value) => to.Output.WriteUInt16(value);

    public static ushort Read(DeserializerSession from) => from.Input.UInt16();
}

internal readonly struct Int32Primitive : IPrimitive<int>
{
    public static Tag Tag => Tag.Int32;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, int value) => to.Output.WriteVarint(ZigZag.Of(value));

    public static int Read(DeserializerSession from) => checked((int)ZigZag.Back(from.Input.Varint()));
}

internal readonly struct UInt32Primitive : IPrimitive<uint>
{
    public static Tag Tag => Tag.UInt32;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, uint value) => to.Output.WriteVarint(value);

    public static uint Read(DeserializerSession from) => checked((uint)from.Input.Varint());
}

internal readonly struct Int64Primitive : IPrimitive<long>
{
    public static Tag Tag => Tag.Int64;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, long value) => to.Output.WriteVarint(ZigZag.Of(value));

    public static long Read(DeserializerSession from) => ZigZag.Back(from.Input.Varint());
}

internal readonly struct UInt64Primitive : IPrimitive<ulong>
{
    public static Tag Tag => Tag.UInt64;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, ulong value) => to.Output.WriteVarint(value);

    public static ulong Read(DeserializerSession from) => from.Input.Varint();
}

internal readonly struct SinglePrimitive : IPrimitive<float>
{
    public static Tag Tag => Tag.Single;

    public static int BytesMin => 4;

    public static void Write(SerializerSession to, float value) => to.Output.WriteInt32(BitConverter.SingleToInt32Bits(value));

    public static float Read(DeserializerSession from) => BitConverter.Int32BitsToSingle(from.Input.Int32());
}

internal readonly struct DoublePrimitive : IPrimitive<double>
{
    public static Tag Tag => Tag.Double;

    public static int BytesMin => 8;

    public static void Write(SerializerSession to, double value) => to.Output.WriteInt64(BitConverter.DoubleToInt64Bits(value));

    public static double Read(DeserializerSession from) => BitConverter.Int64BitsToDouble(from.Input.Int64());
}

internal readonly struct CharPrimitive : IPrimitive<char>
{
    public static Tag Tag => Tag.Char;

    public static int BytesMin => 2;

    public static void Write(SerializerSession to, char value) => to.Output.WriteUInt16(value);

    public static char Read(DeserializerSession from) => (char)from.Input.UInt16();
}

internal readonly struct GuidPrimitive : IPrimitive<Guid>
{
    public static Tag Tag => Tag.Guid;

    public static int BytesMin => 16;

    public static void Write(SerializerSession to, Guid value) => value.TryWriteBytes(to.Output.Reserve(16));

    public static Guid Read(DeserializerSession from) => new Guid(from.Input.Take(16));
}

internal readonly struct TimeSpanPrimitive : IPrimitive<TimeSpan>
{
    public static Tag Tag => Tag.TimeSpan;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, TimeSpan value) => to.Output.WriteVarint(ZigZag.Of(value.Ticks));

    public static TimeSpan Read(DeserializerSession from) => new TimeSpan(ZigZag.Back(from.Input.Varint()));
}

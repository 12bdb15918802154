using System;
using System.Runtime.Serialization;
using Hyperion.Sessions;
using Hyperion.Types;

namespace Hyperion.Codecs;

/// <summary>In a slot of type bool it is one byte; where a tag is needed, the tag is the value.</summary>
internal readonly struct BooleanPrimitive : IPrimitive<bool>
{
    public static Tag Tag => Tag.True;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, bool value) => to.Output.WriteByte(value ? (byte)1 : (byte)0);

    public static bool Read(DeserializerSession from) => from.Input.U8() switch
    {
        0 => false,
        1 => true,
        var other => throw new SerializationException($"A boolean is 0 or 1, not {other}."),
    };
}

internal readonly struct DecimalPrimitive : IPrimitive<decimal>
{
    public static Tag Tag => Tag.Decimal;

    public static int BytesMin => 16;

    public static void Write(SerializerSession to, decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        foreach (var part in bits)
        {
            to.Output.WriteInt32(part);
        }
    }

    public static decimal Read(DeserializerSession from)
    {
        Span<int> bits = [from.Input.Int32(), from.Input.Int32(), from.Input.Int32(), from.Input.Int32()];
        return new decimal(bits);
    }
}

internal readonly struct DateTimePrimitive : IPrimitive<DateTime>
{
    public static Tag Tag => Tag.DateTime;

    public static int BytesMin => 9;

    public static void Write(SerializerSession to, DateTime value)
    {
        to.Output.WriteInt64(value.Ticks);
        to.Output.WriteByte((byte)value.Kind);
    }

    public static DateTime Read(DeserializerSession from) => new(from.Input.Int64(), (DateTimeKind)from.Input.U8());
}

internal readonly struct DateTimeOffsetPrimitive : IPrimitive<DateTimeOffset>
{
    public static Tag Tag => Tag.DateTimeOffset;

    public static int BytesMin => 10;

    public static void Write(SerializerSession to, DateTimeOffset value)
    {
        to.Output.WriteInt64(value.Ticks);
        to.Output.WriteUInt16((ushort)(short)value.TotalOffsetMinutes);
    }

    public static DateTimeOffset Read(DeserializerSession from) =>
        new(from.Input.Int64(), TimeSpan.FromMinutes((short)from.Input.UInt16()));
}

internal readonly struct StringPrimitive : IPrimitive<string>
{
    public static Tag Tag => Tag.String;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, string value) => to.Output.WriteText(value);

    public static string Read(DeserializerSession from) => from.Input.Text();
}

internal readonly struct UriPrimitive : IPrimitive<Uri>
{
    public static Tag Tag => Tag.Uri;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, Uri value) => to.Output.WriteText(value.OriginalString);

    public static Uri Read(DeserializerSession from) => new(from.Input.Text(), UriKind.RelativeOrAbsolute);
}

/// <summary>Only named: a type that the reader does not allow is refused all the same.</summary>
internal readonly struct TypePrimitive : IPrimitive<Type>
{
    public static Tag Tag => Tag.Type;

    public static int BytesMin => 1;

    public static void Write(SerializerSession to, Type value) => to.Output.WriteText(TypeNames.ShortNameOf(value));

    public static Type Read(DeserializerSession from)
    {
        var head = from.Input.Varint();
        if ((head & 1) != 0)
        {
            throw new SerializationException("The name of a type is not UTF-8.");
        }

        return from.Serializer.Types.Resolve(from.Input.Bytes(head >> 1));
    }
}

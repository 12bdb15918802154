using System;
using System.Runtime.InteropServices;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>The number. Values without a name pass: enums are open, and a newer sender may have more of them.</summary>
internal sealed class EnumCodec<T>() : ContentCodec(typeof(T)) where T : unmanaged, Enum
{
    protected override unsafe void WriteContent(SerializerSession to, object value)
    {
        var typed = (T)value;
        MemoryMarshal.Write(to.Output.Reserve(sizeof(T)), in typed);
    }

    protected override unsafe object ReadContent(DeserializerSession from, TypeDefinition definition, int number) =>
        MemoryMarshal.Read<T>(from.Input.Take(sizeof(T)));
}

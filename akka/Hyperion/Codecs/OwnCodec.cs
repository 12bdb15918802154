using System;
using Hyperion.Sessions;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>Writes with a serializer that the options brought: manifest and value are its own affair.</summary>
internal sealed class OwnCodec(ValueSerializer own) : Codec
{
    public override void Write(SerializerSession to, object value)
    {
        var isReference = !value.GetType().IsValueType;
        if (isReference && to.TryFindReference(value))
        {
            return;
        }

        if (isReference)
        {
            to.Track(value);
        }

        own.WriteManifest(to.Output, to);
        to.Enter();
        own.WriteValue(to.Output, value, to);
        to.Leave();
    }
}

/// <summary>Reads what <see cref="OwnCodec"/> wrote.</summary>
internal sealed class OwnContentCodec(Type type, ValueSerializer own) : ContentCodec(type)
{
    protected override void WriteContent(SerializerSession to, object value) => own.WriteValue(to.Output, value, to);

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number) => own.ReadValue(from.Input, from);
}

using System;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Messages on their way along a selection: flag, steps (u8 kind, text), the message itself. Identifier 6.</summary>
public class MessageContainerSerializer : Serializer
{
    private enum Step : byte
    {
        Name = 1,
        Pattern = 2,
        Parent = 3,
        Recursive = 4,
    }

    /// <summary>For that system.</summary>
    public MessageContainerSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc />
    public override bool IncludeManifest => false;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        if (obj is not ActorSelectionMessage selection) throw PayloadCodec.Unsupported(this, obj);
        WireWriter writer = new();
        writer.Bool(selection.WildCardFanOut).VarUInt((uint)selection.Elements.Length);
        foreach (SelectionPathElement element in selection.Elements)
        {
            switch (element)
            {
                case SelectChildName name:
                    writer.Byte((byte)Step.Name).String(name.Name);
                    break;
                case SelectChildPattern pattern:
                    writer.Byte((byte)Step.Pattern).String(pattern.PatternStr);
                    break;
                case SelectParent:
                    writer.Byte((byte)Step.Parent);
                    break;
                case SelectChildRecursive:
                    writer.Byte((byte)Step.Recursive);
                    break;
                default:
                    throw new ArgumentException("unknown step of a selection: " + element.GetType(), nameof(obj));
            }
        }

        PayloadCodec.Write(writer, selection.Message, system);
        return writer.ToArray();
    }

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            WireReader reader = new(bytes);
            bool fanOut = reader.Bool();
            SelectionPathElement[] elements = new SelectionPathElement[reader.Count(elementBytes: 1)];
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = (Step)reader.Byte() switch
                {
                    Step.Name => new SelectChildName(Text(ref reader)),
                    Step.Pattern => new SelectChildPattern(Text(ref reader)),
                    Step.Parent => SelectParent.Instance,
                    Step.Recursive => SelectChildRecursive.Instance,
                    var other => throw new ProtocolException("unknown step of a selection: " + (byte)other),
                };
            }

            return new ActorSelectionMessage(PayloadCodec.Read(ref reader, system), elements, fanOut);
        }
        catch (ProtocolException e)
        {
            throw PayloadCodec.Damaged(e);
        }
    }

    private static string Text(ref WireReader reader) => reader.String() ?? throw new ProtocolException("step of a selection without a name");
}

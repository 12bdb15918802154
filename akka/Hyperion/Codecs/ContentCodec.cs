using System;
using System.Text;
using Hyperion.Sessions;
using Hyperion.Types;

namespace Hyperion.Codecs;

/// <summary>
/// Writes and reads the content of objects whose type travels by name. An object of a reference type takes the next number
/// of its message before its content, on both sides.
/// </summary>
internal abstract class ContentCodec : Codec
{
    protected ContentCodec(Type type)
    {
        Type = type;
        IsReference = !type.IsValueType;
        NameBytes = Encoding.UTF8.GetBytes(TypeNames.ShortNameOf(type));
    }

    public Type Type { get; }

    public bool IsReference { get; }

    public byte[] NameBytes { get; }

    /// <summary>The number under which both sides know the type without its name; -1 if they do not.</summary>
    public int KnownIndex { get; set; } = -1;

    /// <summary>What an object read is turned into; null if it stays as it is.</summary>
    public Func<object, object> FromSurrogate { get; set; }

    /// <summary>The names of the fields in wire form, written behind the name of the type when versions are tolerated; empty if the content has no names.</summary>
    public virtual ReadOnlySpan<byte> FieldNames => default;

    public override void Write(SerializerSession to, object value)
    {
        if (!IsReference || !to.TryFindReference(value))
        {
            WriteAs(to, value, value);
        }
    }

    /// <summary>Writes an object that was not written before, <paramref name="content"/> in its place.</summary>
    public void WriteAs(SerializerSession to, object original, object content)
    {
        if (IsReference)
        {
            to.Track(original);
        }

        to.Output.WriteByte((byte)Tag.Object);
        to.WriteTypeReference(this);
        to.Enter();
        WriteContent(to, content);
        to.Leave();
    }

    public object Read(DeserializerSession from, TypeDefinition definition)
    {
        var number = IsReference ? from.Reserve() : -1;
        var value = ReadContent(from, definition, number);
        if (FromSurrogate != null)
        {
            value = FromSurrogate(value);
        }

        from.Track(number, value);
        return value;
    }

    /// <summary>Maps the names in a message to what this codec has; null if it has no names.</summary>
    public virtual int[] MapFields(ReadOnlySpan<string> names) => null;

    protected abstract void WriteContent(SerializerSession to, object value);

    /// <summary>
    /// Reads an object. One that may be reached from its own content is entered under the number before that content is read.
    /// </summary>
    protected abstract object ReadContent(DeserializerSession from, TypeDefinition definition, int number);
}

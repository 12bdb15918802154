using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>How the values of one small type look on the wire. Implemented by empty structs, so that slots call it directly.</summary>
internal interface IPrimitive<T>
{
    static abstract Tag Tag { get; }

    /// <summary>The least that a value takes, in bytes, without its tag.</summary>
    static abstract int BytesMin { get; }

    static abstract void Write(SerializerSession to, T value);

    static abstract T Read(DeserializerSession from);
}

using System;
using System.Reflection;

namespace Hyperion.Codecs;

/// <summary>
/// Exceptions: message, inner exception, source, result code and the stack trace as text, then the fields of their own
/// classes. Not the rest of what the runtime keeps in them, nor their Data.
/// </summary>
internal sealed class ExceptionCodec(Serializer serializer, Type type) : FieldsCodec(serializer, type, typeof(Exception))
{
    private static readonly FieldInfo Message = Find("_message");
    private static readonly FieldInfo Inner = Find("_innerException");
    private static readonly FieldInfo Source = Find("_source");
    private static readonly FieldInfo HelpLink = Find("_helpURL");
    private static readonly FieldInfo Stack = Find("_remoteStackTraceString");

    protected override void WriteContent(SerializerSession to, object value)
    {
        var exception = (Exception)value;
        to.Output.WriteInt32(exception.HResult);
        to.WriteObject(Message.GetValue(exception));
        to.WriteObject(Source.GetValue(exception));
        to.WriteObject(HelpLink.GetValue(exception));
        to.WriteObject(exception.StackTrace);
        to.WriteObject(exception.InnerException);
        base.WriteContent(to, value);
    }

    protected override void ReadHead(DeserializerSession from, object value)
    {
        var exception = (Exception)value;
        exception.HResult = from.Input.Int32();
        Message.SetValue(exception, from.ReadObject());
        Source.SetValue(exception, from.ReadObject());
        HelpLink.SetValue(exception, from.ReadObject());
        Stack.SetValue(exception, from.ReadObject());
        Inner.SetValue(exception, from.ReadObject());
    }

    private static FieldInfo Find(string name) =>
        typeof(Exception).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new MissingFieldException(nameof(Exception), name);
}

using System;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;
using Akka.Remote.Wire;
using Akka.Util;
using Akka.Util.Reflection;
using TypesFromPeers;

namespace Akka.Remote.Serialization;

/// <summary>An exception as type, message, stack trace and inner exception. It is made anew by a constructor of its type.</summary>
internal static class ExceptionCodec
{
    /// <summary>Inner exceptions further down are left out.</summary>
    private const int DepthMax = 16;

    public static void Write(WireWriter writer, Exception exception) => Write(writer, exception, 0);

    /// <summary>Null for none.</summary>
    /// <exception cref="SerializationException">The type is unknown here, or no exception.</exception>
    public static Exception Read(ref WireReader reader) => Read(ref reader, 0);

    private static void Write(WireWriter writer, Exception exception, int depth)
    {
        if (exception is null || depth == DepthMax)
        {
            writer.Bool(false);
            return;
        }

        writer.Bool(true).String(exception.GetType().TypeQualifiedName()).String(exception.Message).String(exception.StackTrace);
        Write(writer, exception.InnerException, depth + 1);
    }

    private static Exception Read(ref WireReader reader, int depth)
    {
        if (!reader.Bool()) return null;
        if (depth == DepthMax) throw new SerializationException("exceptions nested too deep");
        string typeName = reader.String();
        string message = reader.String();
        string stackTrace = reader.String();
        Exception inner = Read(ref reader, depth + 1);
        Type type = Find(typeName);
        if (type is null || !typeof(Exception).IsAssignableFrom(type) || type.IsAbstract)
            throw new SerializationException("[" + typeName + "] is no exception that is known here");
        Exception made = Make(type, message, inner);
        return string.IsNullOrEmpty(stackTrace) ? made : ExceptionDispatchInfo.SetRemoteStackTrace(made, stackTrace);
    }

    /// <summary>Null for a name that is not there. What the loader throws all the same depends on the name: it is a stranger's.</summary>
    private static Type Find(string typeName)
    {
        if (string.IsNullOrEmpty(typeName) || !TypeNameLimits.IsReasonable(typeName)) return null;
        try
        {
            return Type.GetType(typeName, KnownAssemblies.Find, typeResolver: null, throwOnError: false);
        }
        catch (Exception e)
        {
            throw new SerializationException("[" + typeName + "] cannot be loaded", e);
        }
    }

    private static Exception Make(Type type, string message, Exception inner)
    {
        try
        {
            if (type.GetConstructor([typeof(string), typeof(Exception)]) is { } full) return (Exception)full.Invoke([message, inner]);
            if (type.GetConstructor([typeof(string)]) is { } withMessage) return (Exception)withMessage.Invoke([message]);
            if (type.GetConstructor(Type.EmptyTypes) is { } empty) return (Exception)empty.Invoke(null);
        }
        catch (System.Reflection.TargetInvocationException e)
        {
            throw new SerializationException("[" + type + "] could not be made", e.InnerException);
        }

        return new RemoteTransportException(type.FullName + ": " + message, inner);
    }
}

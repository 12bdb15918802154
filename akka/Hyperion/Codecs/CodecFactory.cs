using System;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using Hyperion.Internal;
using Hyperion.Types;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>Decides how objects of a type travel.</summary>
internal sealed class CodecFactory(Serializer serializer)
{
    private readonly ConcurrentDictionary<Type, ValueSerializer> _ownWriters = new();
    private readonly ConcurrentDictionary<Type, ValueSerializer> _ownReaders = new();

    /// <summary>For writing objects of exactly that type.</summary>
    public Codec Make(Type type)
    {
        foreach (var surrogate in serializer.Options.Surrogates)
        {
            if (surrogate.IsSurrogateFor(type))
            {
                return new SurrogateCodec(surrogate);
            }
        }

        try
        {
            return Own(type) ?? PrimitiveTable.CodecOf(type) ?? ByValue(type) ?? serializer.ContentOf(WireTypes.Of(type));
        }
        catch (EvilDeserializationException e)
        {
            return new RefusingCodec(() => new EvilDeserializationException("The type is unsafe", e.BadTypeString));
        }
        catch (UnsupportedTypeException e)
        {
            return new RefusingCodec(() => new UnsupportedTypeException(e.Type, e.Message));
        }
    }

    /// <summary>For the content of objects whose type is named on the wire. Nothing is constructed here.</summary>
    public ContentCodec MakeContent(Type type)
    {
        serializer.Types.CheckSafe(type);
        var codec = OwnContent(type) ?? BuiltIn(type);
        foreach (var surrogate in serializer.Options.Surrogates)
        {
            if (surrogate.To.IsAssignableFrom(type))
            {
                codec.FromSurrogate = surrogate.FromSurrogate;
                break;
            }
        }

        return codec;
    }

    private Codec Own(Type type)
    {
        foreach (var factory in serializer.Options.Factories)
        {
            if (factory.CanSerialize(serializer, type))
            {
                return new OwnCodec(factory.BuildSerializer(serializer, type, _ownWriters));
            }
        }

        return null;
    }

    private OwnContentCodec OwnContent(Type type)
    {
        foreach (var factory in serializer.Options.Factories)
        {
            if (factory.CanDeserialize(serializer, type))
            {
                return new OwnContentCodec(type, factory.BuildSerializer(serializer, type, _ownReaders));
            }
        }

        return null;
    }

    /// <summary>Subclasses of types that travel by value: the runtime's own of Type, mostly.</summary>
    private static Codec ByValue(Type type) => typeof(Type).IsAssignableFrom(type) ? PrimitiveTable.CodecOf(typeof(Type)) : null;

    private ContentCodec BuiltIn(Type type)
    {
        if (PrimitiveTable.CodecOf(type) != null)
        {
            throw new SerializationException($"A {type} does not travel as an object.");
        }

        Refuse(type);
        if (type.IsEnum)
        {
            return (ContentCodec)Generic(typeof(EnumCodec<>), type);
        }

        if (type.IsArray)
        {
            return ArrayCodecs.Make(serializer, type);
        }

        if (CollectionCodecs.Make(serializer, type) is { } collection)
        {
            return collection;
        }

        if (type.IsAbstract || type.IsInterface)
        {
            throw new SerializationException($"There are no objects of the abstract type {type}.");
        }

        return typeof(Exception).IsAssignableFrom(type) ? new ExceptionCodec(serializer, type) : new FieldsCodec(serializer, type);
    }

    private static object Generic(Type definition, Type argument) => Activator.CreateInstance(definition.MakeGenericType(argument));

    /// <summary>What is bound to this process, or runs code of the sender's choice.</summary>
    private void Refuse(Type type)
    {
        var isBound =
            typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type) || typeof(Assembly).IsAssignableFrom(type)
            || typeof(Module).IsAssignableFrom(type) || typeof(SafeHandle).IsAssignableFrom(type) || typeof(MarshalByRefObject).IsAssignableFrom(type)
            || typeof(System.Threading.Tasks.Task).IsAssignableFrom(type) || typeof(System.Threading.WaitHandle).IsAssignableFrom(type)
            || type == typeof(System.Threading.Thread) || type == typeof(IntPtr) || type == typeof(UIntPtr)
            || type == typeof(WeakReference) || type == typeof(GCHandle) || type.IsPointer || type.IsByRefLike || type.IsCOMObject
            || type == typeof(ValueType) || type == typeof(Enum) || type == typeof(Array) || type == typeof(TypedReference);
        if (isBound)
        {
            throw new UnsupportedTypeException(type, $"Objects of type {type} cannot be serialized: they are bound to this process.");
        }

        // The object would be finalized with whatever fields the message gives it.
        if (serializer.Options.DisallowUnsafeTypes && HasFinalizer(type))
        {
            throw new EvilDeserializationException("The type is unsafe: it has a finalizer", type.FullName);
        }
    }

    private static bool HasFinalizer(Type type)
    {
        var finalizer = type.IsClass ? type.GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes) : null;
        return finalizer is { IsVirtual: true } && finalizer.DeclaringType != typeof(object);
    }
}

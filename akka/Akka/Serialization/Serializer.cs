using System;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Turns objects into bytes and back. Any number of threads may call it at once.</summary>
public abstract class Serializer
{
    // The real library calls the field by this name, and subclasses use it.
    /// <summary>The system that it serves.</summary>
    protected readonly ExtendedActorSystem system;

    // long, so that it is read and written whole; the upper half tells whether the lower one is known.
    private long _identifier;

    /// <summary>The constructor that the configuration needs.</summary>
    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
    }

    /// <summary>Unique in the system, and the same on every node. 0 to 40 are reserved.</summary>
    public virtual int Identifier
    {
        get
        {
            var known = System.Threading.Volatile.Read(ref _identifier);
            if (known == 0)
            {
                known = (1L << 32) | (uint)SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system);
                System.Threading.Volatile.Write(ref _identifier, known);
            }

            return (int)known;
        }
    }

    /// <summary>True if <see cref="FromBinary(byte[],Type)"/> has to be told the type.</summary>
    public abstract bool IncludeManifest { get; }

    /// <summary>The bytes of the object. Throws SerializationException or ArgumentException if it cannot.</summary>
    public abstract byte[] ToBinary(object obj);

    /// <summary>The object that the bytes are of. Throws SerializationException or ArgumentException if they are of none.</summary>
    public abstract object FromBinary(byte[] bytes, Type type);

    /// <summary>The object that the bytes are of. Throws SerializationException or ArgumentException if they are of none.</summary>
    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));

    /// <summary>As <see cref="ToBinary"/>, with local actor references written under the given address.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) =>
        Serialization.WithTransport(system, address, () => ToBinary(obj));
}

/// <summary>A serializer that names the kind of each object with a text of its own, so that types can be renamed.</summary>
public abstract class SerializerWithStringManifest : Serializer
{
    /// <summary>The constructor that the configuration needs.</summary>
    protected SerializerWithStringManifest(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc/>
    public sealed override bool IncludeManifest => true;

    /// <summary>The object that the bytes are of, of the kind that the manifest names.</summary>
    public sealed override object FromBinary(byte[] bytes, Type type) =>
        FromBinary(bytes, type == null ? string.Empty : Akka.Util.TypeExtensions.TypeQualifiedName(type));

    /// <summary>The object that the bytes are of, of the kind that the manifest names.</summary>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>The name of the kind of this object.</summary>
    public abstract string Manifest(object o);
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.Serialization;
using Hyperion.Internal;
using TypesFromPeers;

namespace Hyperion.Types;

/// <summary>
/// From the names in a message to types. A name is held against the limits, the unsafe types and the filter before the
/// runtime sees it: asking the runtime may load an assembly.
/// Each serializer has its own, so that what one of them allows is not allowed by another.
/// </summary>
internal sealed class TypeResolver(SerializerOptions options)
{
    /// <summary>In bytes. A generic type names its arguments, each with its assembly.</summary>
    private const int NameBytesMax = 4096;

    /// <summary>The runtime parses names recursively.</summary>
    private const int NestingMax = 16;
    private const int BracketsMax = 128;

    /// <summary>
    /// Types are never unloaded, and a sender can compose any number of generic ones. Far above what the messages of one
    /// system are made of.
    /// </summary>
    private const int TypesMax = 16_384;

    private readonly ConcurrentDictionary<byte[], Type> _resolved = new(NameBytesComparer.Instance);

    public Type Resolve(ReadOnlySpan<byte> nameBytes)
    {
        var lookup = _resolved.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(nameBytes, out var known))
        {
            return known;
        }

        if (nameBytes.Length > NameBytesMax)
        {
            throw new SerializationException($"A type name of {nameBytes.Length} bytes is longer than the {NameBytesMax} allowed.");
        }

        if (_resolved.Count >= TypesMax)
        {
            throw new SerializationException($"More than {TypesMax} types were read by this serializer.");
        }

        var type = Load(Sessions.Output.StrictUtf8.GetString(nameBytes));
        lookup.TryAdd(nameBytes, type);
        return type;
    }

    /// <exception cref="EvilDeserializationException">The options do not allow to write objects of this type.</exception>
    public void CheckRoot(Type type)
    {
        CheckSafe(type);
        if (!options.TypeFilter.IsAllowed(type.AssemblyQualifiedName))
        {
            throw new UserEvilDeserializationException("The type filter does not allow this type", type.AssemblyQualifiedName);
        }
    }

    /// <exception cref="EvilDeserializationException">The type is unsafe, and the options disallow that.</exception>
    public void CheckSafe(Type type)
    {
        if (options.DisallowUnsafeTypes && UnsafeTypes.IsUnsafe(type))
        {
            throw new EvilDeserializationException("The type is unsafe", type.FullName ?? type.Name);
        }
    }

    private Type Load(string name)
    {
        foreach (var rename in options.PackageNameOverrides)
        {
            name = rename(name);
        }

        CheckNesting(name);
        if (options.DisallowUnsafeTypes && UnsafeTypes.IsUnsafe(name))
        {
            throw new EvilDeserializationException("The type is unsafe", name);
        }

        if (!options.TypeFilter.IsAllowed(name))
        {
            throw new UserEvilDeserializationException("The type filter does not allow this type", name);
        }

        Type type;
        try
        {
            type = Type.GetType(TypeNames.Expand(name), KnownAssemblies.Find, typeResolver: null, throwOnError: true);
        }
        catch (Exception e) // whatever the loader throws for a name that a stranger has made up
        {
            throw new SerializationException($"The type '{name}' cannot be found.", e);
        }

        if (type.IsPointer || type.IsByRef || type.IsByRefLike || type.ContainsGenericParameters)
        {
            throw new SerializationException($"There are no objects of type '{name}'.");
        }

        CheckSafe(type);
        return type;
    }

    private static void CheckNesting(string name)
    {
        int depth = 0, brackets = 0;
        foreach (var c in name)
        {
            if (c == '[')
            {
                depth++;
                brackets++;
            }
            else if (c == ']')
            {
                depth--;
            }

            if (depth > NestingMax || brackets > BracketsMax || c is '*' or '&' || char.IsControl(c))
            {
                throw new SerializationException("A type name is nested too deeply, names a pointer, or is no text.");
            }
        }
    }

    private sealed class NameBytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly NameBytesComparer Instance = new();

        public bool Equals(byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();

        public bool Equals(ReadOnlySpan<byte> x, byte[] y) => x.SequenceEqual(y);

        public int GetHashCode(ReadOnlySpan<byte> bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Numerics;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// Which types the default serializer touches. A peer names the type that is made here, so of the framework, whose types do things when
/// they are made, only plain data and its collections are allowed. Types of the application are its own affair.
/// </summary>
internal static class JsonTypeRules
{
    private static readonly HashSet<Type> Plain =
    [
        typeof(bool), typeof(char), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(Int128), typeof(UInt128), typeof(Half), typeof(float), typeof(double), typeof(decimal), typeof(string), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset),
        typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Uri), typeof(Version),
    ];

    private static readonly HashSet<Type> Generic =
    [
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(List<>), typeof(Dictionary<,>), typeof(SortedDictionary<,>), typeof(HashSet<>), typeof(SortedSet<>), typeof(Queue<>),
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableHashSet<>),
        typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>),
        typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>), typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>),
        typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(Tuple<,,,>), typeof(Tuple<,,,,>), typeof(Tuple<,,,,,>), typeof(Tuple<,,,,,,>),
    ];

    // Declared as one of these, a member gets a list, a set or a dictionary.
    private static readonly HashSet<Type> CollectionInterfaces =
    [
        typeof(IEnumerable<>), typeof(ICollection<>), typeof(IList<>), typeof(IReadOnlyCollection<>), typeof(IReadOnlyList<>), typeof(ISet<>), typeof(IReadOnlySet<>),
        typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>), typeof(IImmutableList<>), typeof(IImmutableSet<>), typeof(IImmutableDictionary<,>), typeof(IImmutableQueue<>),
    ];

    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    /// <exception cref="NotSupportedException">A message of this type is refused.</exception>
    public static void EnsureMessage(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!MayBePart(type))
        {
            throw new NotSupportedException($"Objects of type {type} are made neither for nor from strangers; bind a serializer to it.");
        }
    }

    /// <summary>True if a message, or a part of one, may be declared as this type.</summary>
    public static bool MayBePart(Type type) => Known.TryGetValue(type, out var known) ? known : Known.GetOrAdd(type, static t => Judge(t));

    public static bool IsActorRef(Type type) => typeof(IActorRef).IsAssignableFrom(type);

    public static bool IsFramework(Type type)
    {
        var name = type.Assembly.GetName().Name;
        return name is "System" or "mscorlib" or "netstandard" or "WindowsBase" or "PresentationCore" or "PresentationFramework"
            || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.", StringComparison.Ordinal);
    }

    private static bool Judge(Type type)
    {
        if (type.IsPointer || type.IsByRef || type.IsByRefLike || type.ContainsGenericParameters || type == typeof(object))
        {
            return false;
        }

        if (type.IsArray)
        {
            return type.GetArrayRank() == 1 && MayBePart(type.GetElementType());
        }

        if (Plain.Contains(type) || IsActorRef(type))
        {
            return true;
        }

        if (typeof(Delegate).IsAssignableFrom(type) || !Array.TrueForAll(type.GetGenericArguments(), MayBePart))
        {
            return false;
        }

        if (IsFramework(type))
        {
            return type.IsGenericType && (Generic.Contains(type.GetGenericTypeDefinition()) || CollectionInterfaces.Contains(type.GetGenericTypeDefinition()));
        }

        return type.IsEnum || type.IsValueType || type.IsInterface || type.BaseType == typeof(object) || MayBePart(type.BaseType);
    }
}

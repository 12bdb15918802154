using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.CompilerServices;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>The fields of a type that travel, those of its ancestors included, in the order of their names.</summary>
internal static class FieldList
{
    /// <param name="end">The ancestor whose fields do not belong to it any more.</param>
    public static (string Name, FieldInfo Field)[] Of(Type type, Type end)
    {
        var fields = new SortedDictionary<string, FieldInfo>(StringComparer.Ordinal);
        for (var at = type; at != null && at != end; at = at.BaseType)
        {
            foreach (var field in at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!Travels(field))
                {
                    continue;
                }

                CheckShape(type, field);
                if (!fields.TryAdd(field.Name, field))
                {
                    fields.Add($"{at.FullName}.{field.Name}", field); // a private one of an ancestor, hidden by the other
                }
            }
        }

        var list = new List<(string, FieldInfo)>();
        foreach (var (name, field) in fields)
        {
            list.Add((name, field));
        }

        return list.ToArray();
    }

#pragma warning disable SYSLIB0050 // the attribute is what the format goes by
    private static bool Travels(FieldInfo field) => !field.IsNotSerialized && !field.IsDefined(typeof(IgnoreAttribute));
#pragma warning restore SYSLIB0050

    private static void CheckShape(Type type, FieldInfo field)
    {
        var isRaw = field.FieldType.IsPointer || field.FieldType.IsFunctionPointer || field.FieldType.IsByRef || field.FieldType.IsByRefLike
            || field.IsDefined(typeof(FixedBufferAttribute)) || type.IsDefined(typeof(InlineArrayAttribute));
        if (isRaw)
        {
            throw new UnsupportedTypeException(type, $"{type} cannot be serialized: its field {field.Name} is raw memory.");
        }
    }
}

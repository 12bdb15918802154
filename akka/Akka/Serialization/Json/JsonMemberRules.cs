using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Akka.Serialization;

/// <summary>
/// What keeps the default serializer from losing a part of a message without a word: state that JSON would not carry, and objects that
/// are more than their declaration says, are errors.
/// </summary>
internal static class JsonMemberRules
{
    /// <summary>Runs once for each type that is met; what it throws fails the message.</summary>
    public static void Apply(JsonTypeInfo info)
    {
        var type = info.Type;
        if (!JsonTypeRules.MayBePart(type))
        {
            throw new NotSupportedException($"A part is declared as {type}, which does not say enough or is not plain data.");
        }

        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        if (JsonTypeRules.IsFramework(type))
        {
            foreach (var property in info.Properties)
            {
                CheckOnWriting(property);
            }

            return;
        }

        if ((type.IsInterface || type.IsAbstract) && info.PolymorphismOptions == null)
        {
            throw new NotSupportedException($"A part is declared as {type}, which does not say what to make when it is read.");
        }

        var carried = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = info.Properties.Count - 1; i >= 0; i--)
        {
            var property = info.Properties[i];
            var member = property.AttributeProvider as MemberInfo;
            if (property.Set != null || property.AssociatedParameter != null || member?.IsDefined(typeof(JsonIgnoreAttribute)) == true)
            {
                carried.Add(member?.Name ?? property.Name);
                CheckOnWriting(property);
            }
            else if (member is not FieldInfo)
            {
                // Computed, or its field is found below.
                info.Properties.RemoveAt(i);
            }
        }

        EnsureNoOtherState(type, carried);
    }

    /// <summary>Objects inside a collection have to be of its element type, or something of them would get lost.</summary>
    public static void EnsureDeclaredTypes(object value, Type declared)
    {
        if (value is null or string or Array { Length: 0 } || JsonTypeRules.IsActorRef(declared))
        {
            return;
        }

        if (ElementType(declared) is { } element)
        {
            if (element.IsValueType || element == typeof(string))
            {
                if (ValueTypeOfPair(element) is { } inPair && !inPair.IsValueType && value is IDictionary dictionary)
                {
                    foreach (var inside in dictionary.Values)
                    {
                        EnsureDeclaredTypes(inside, inPair);
                    }
                }

                return;
            }

            foreach (var inside in (IEnumerable)value)
            {
                EnsureDeclaredTypes(inside, element);
            }
        }
        else if (!declared.IsValueType && value.GetType() != declared && !declared.IsDefined(typeof(JsonPolymorphicAttribute)) && !declared.IsDefined(typeof(JsonDerivedTypeAttribute)))
        {
            throw new NotSupportedException($"A {value.GetType()} stands where {declared} is declared, and would be read as that.");
        }
    }

    private static void CheckOnWriting(JsonPropertyInfo property)
    {
        var declared = property.PropertyType;
        if (property.Get is not { } get || declared.IsValueType || declared == typeof(string) || declared == typeof(byte[]))
        {
            return;
        }

        property.Get = owner =>
        {
            var value = get(owner);
            EnsureDeclaredTypes(value, declared);
            return value;
        };
    }

    private static void EnsureNoOtherState(Type type, HashSet<string> carried)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var at = type; at != null && !JsonTypeRules.IsFramework(at); at = at.BaseType)
        {
            foreach (var field in at.GetFields(Own))
            {
                if (!carried.Contains(NameOf(field)) && !field.IsDefined(typeof(NonSerializedAttribute)))
                {
                    throw new NotSupportedException($"{type} keeps '{NameOf(field)}' where it can be neither set nor given to a constructor.");
                }
            }
        }
    }

    /// <summary>The name of the property that the field most likely stands behind.</summary>
    private static string NameOf(FieldInfo field)
    {
        var name = field.Name;
        return name[0] == '<' && name.IndexOf('>') is > 1 and var end ? name[1..end] : name.TrimStart('_');
    }

    private static Type ElementType(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        if (!typeof(IEnumerable).IsAssignableFrom(type))
        {
            return null;
        }

        foreach (var face in type.IsInterface ? [type, .. type.GetInterfaces()] : type.GetInterfaces())
        {
            if (face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            {
                return face.GetGenericArguments()[0];
            }
        }

        return null;
    }

    private static Type ValueTypeOfPair(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? type.GetGenericArguments()[1] : null;
}

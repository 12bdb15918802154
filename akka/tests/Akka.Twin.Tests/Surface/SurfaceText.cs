using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Akka.Twin.Tests.Surface;

/// <summary>Writes types and members the way the lists do.</summary>
internal static class SurfaceText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    // What a caller does not see. Whether a member is virtual is left to the eye.
    private static readonly string[] Invisible = ["abstract ", "virtual ", "override ", "sealed ", "readonly ", "internal "];

    /// <summary>The lines to compare: a property gives one line for each accessor, an enum one for each value.</summary>
    public static IEnumerable<string> Normalize(string line)
    {
        line = line.Trim();
        foreach (var word in Invisible)
        {
            line = (" " + line).Replace(" " + word, " ", StringComparison.Ordinal).Trim();
        }

        var accessors = line.IndexOf(" { ", StringComparison.Ordinal);
        if (accessors < 0)
        {
            return line.Contains('(', StringComparison.Ordinal) || !line.Contains("=0", StringComparison.Ordinal) ? [line] : line.Split(", ");
        }

        var property = line[..accessors];
        var list = line[accessors..];
        return new[] { "get", "set", "init" }.Where(name => list.Contains(name + ";", StringComparison.Ordinal)).Select(name => $"{property} {{ {name}; }}");
    }

    public static string NameOf(Type type)
    {
        if (type.IsByRef)
        {
            return NameOf(type.GetElementType());
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        if (Keywords.TryGetValue(type, out var keyword) || type.IsGenericParameter)
        {
            return keyword ?? type.Name;
        }

        return QualifiedName(type);
    }

    public static string TextOf(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : string.Empty;
        return $"{Access(method)}{NameOf(method.ReturnType)} {method.Name}{generic}({Parameters(method)}){Constraints(method)}";
    }

    public static string TextOf(ConstructorInfo constructor) => $"{Access(constructor)}.ctor({Parameters(constructor)})";

    public static string TextOf(PropertyInfo property, MethodInfo accessor)
    {
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(p => $"{NameOf(p.ParameterType)} {p.Name}"))}]";
        var isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

        // The lists show both accessors with the access of the wider one.
        var widest = property.GetAccessors(nonPublic: true).FirstOrDefault(other => other.IsPublic) ?? accessor;
        return $"{Access(widest)}{NameOf(property.PropertyType)} {name} {{ {(accessor == property.GetMethod ? "get" : isInit ? "init" : "set")}; }}";
    }

    public static string TextOf(FieldInfo field)
    {
        var access = (field.IsFamily || field.IsFamilyOrAssembly ? "protected " : "") + (field.IsLiteral ? "const " : field.IsStatic ? "static " : "");
        return $"{access}{NameOf(field.FieldType)} {field.Name}{(field.IsLiteral ? " = " + Literal(field.GetRawConstantValue(), field.FieldType) : "")}";
    }

    private static string QualifiedName(Type type)
    {
        var arguments = type.GetGenericArguments();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var parts = new List<string>();
        for (var at = definition; at != null; at = at.DeclaringType)
        {
            var outer = at.DeclaringType?.GetGenericArguments().Length ?? 0;
            var own = arguments.Skip(outer).Take(at.GetGenericArguments().Length - outer).Select(NameOf).ToList();
            var name = at.Name.Split('`')[0];
            parts.Insert(0, own.Count == 0 ? name : $"{name}<{string.Join(", ", own)}>");
        }

        var space = definition.Namespace ?? string.Empty;
        var hidden = space == "System" || space.StartsWith("System.", StringComparison.Ordinal) || space == "Akka.Actor";
        return (hidden ? "" : space + ".") + string.Join('.', parts);
    }

    private static string Access(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "") + (method.IsStatic ? "static " : "");

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return string.Join(", ", method.GetParameters().Select((parameter, i) => (isExtension && i == 0 ? "this " : "") + TextOf(parameter)));
    }

    private static string TextOf(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref "
            : "";
        var value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return $"{prefix}{NameOf(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Literal(object value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            _ when type.IsEnum => Enum.ToObject(type, value).ToString(),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }

    private static string Constraints(MethodInfo method) =>
        method.IsGenericMethod ? string.Concat(method.GetGenericArguments().Select(ConstraintOf)) : string.Empty;

    private static string ConstraintOf(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var parts = new List<string>();
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add("class");
        }

        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            parts.Add("struct");
        }

        parts.AddRange(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(NameOf));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint)
            && !flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            parts.Add("new()");
        }

        return parts.Count == 0 ? string.Empty : $" where {parameter.Name} : {string.Join(", ", parts)}";
    }
}

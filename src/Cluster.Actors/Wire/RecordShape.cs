using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;

namespace Cluster.Actors.Wire;

/// <summary>
/// A record as control messages carry it: the parameters of its constructor by name. A field that the sender does not know
/// takes the default of its parameter, and is an error without one; a field that this version does not know is left out. What
/// is not nullable is never null, whatever the bytes say.
/// </summary>
internal sealed class RecordShape
{
    /// <summary>Of the fields of one record, in a message from any version.</summary>
    private const int FieldsMax = 64;

    private static readonly ConcurrentDictionary<Type, RecordShape> Shapes = new();

    private readonly Type _type;
    private readonly ConstructorInvoker _construct;
    private readonly Field[] _fields;
    private readonly string[] _names;

    private RecordShape(Type type)
    {
        _type = type;
        var constructor = type.GetConstructors() is [var only] ? only : throw new NotSupportedException($"{type} needs exactly one public constructor");
        var nullability = new NullabilityInfoContext();
        _construct = ConstructorInvoker.Create(constructor);
        _fields = Array.ConvertAll(constructor.GetParameters(), parameter => new Field(
            parameter.Name!,
            type.GetProperty(parameter.Name!) ?? throw new NotSupportedException($"{type} has no property '{parameter.Name}'"),
            FieldValue.Of(parameter.ParameterType),
            nullability.Create(parameter).WriteState == NullabilityState.Nullable,
            parameter.HasDefaultValue,
            parameter.HasDefaultValue ? parameter.DefaultValue : null));
        _names = Array.ConvertAll(_fields, field => field.Name);
    }

    public static RecordShape Of(Type type) => Shapes.GetOrAdd(type, static t => new RecordShape(t));

    public ControlFields Write(object record)
    {
        var values = new object?[_fields.Length];
        for (int i = 0; i < values.Length; i++)
        {
            var value = _fields[i].Property.GetValue(record);
            values[i] = value is null ? null : _fields[i].Value.Write(value);
        }

        return new ControlFields(_names, values);
    }

    /// <exception cref="SerializationException">The fields do not make such a record.</exception>
    public object Read(ControlFields fields)
    {
        if (fields.Names is not { Length: <= FieldsMax } names || fields.Values is not { } values || values.Length != names.Length)
            throw new SerializationException($"these are not the fields of a {_type.Name}");
        var arguments = new object?[_fields.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            int at = Array.IndexOf(names, _fields[i].Name);
            arguments[i] = at < 0 ? DefaultOf(_fields[i]) : Read(_fields[i], values[at]);
        }

        return _construct.Invoke(arguments);
    }

    private object? Read(Field field, object? value) =>
        value is not null ? field.Value.Read(value)
        : field.IsNullable ? null
        : throw new SerializationException($"{_type.Name}.{field.Name} is null");

    private object? DefaultOf(Field field) =>
        field.HasDefault ? field.Default : throw new SerializationException($"{_type.Name}.{field.Name} is missing");

    private sealed record Field(string Name, PropertyInfo Property, FieldValue Value, bool IsNullable, bool HasDefault, object? Default);
}

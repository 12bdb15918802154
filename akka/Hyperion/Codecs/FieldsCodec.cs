using System;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using Hyperion.Sessions;
using Hyperion.ValueSerializers;

namespace Hyperion.Codecs;

/// <summary>
/// Objects by their fields, in the order of their names; no constructor and no property is called. With version tolerance
/// the names stand behind the type's: a field that the reader lacks is read and dropped, one that the sender lacks keeps
/// its default.
/// </summary>
internal class FieldsCodec : ContentCodec
{
    private readonly (string Name, FieldInfo Field)[] _fields;
    private readonly object[] _slots;
    private readonly byte[] _names;
    private readonly FieldsWriter _write;
    private readonly FieldsReader _readAll;
    private readonly FieldsReader[] _readOne;
    private readonly int _bytes;

    public FieldsCodec(Serializer serializer, Type type) : this(serializer, type, typeof(object))
    {
    }

    protected FieldsCodec(Serializer serializer, Type type, Type end) : base(type)
    {
        _fields = FieldList.Of(type, end);
        _slots = Array.ConvertAll(_fields, field => Slots.Of(field.Field.FieldType, serializer.Options.VersionTolerance));
        _names = NamesOf(_fields);
        try
        {
            _write = FieldsCompiler.Writer(_fields);
            _readAll = FieldsCompiler.Reader(_fields);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or TypeLoadException)
        {
            throw new UnsupportedTypeException(type, $"{type} cannot be serialized: {e.Message}");
        }

        _readOne = new FieldsReader[_fields.Length];
        _bytes = 24 + _fields.Sum(field => SizeOf(field.Field.FieldType));
    }

    public override ReadOnlySpan<byte> FieldNames => _names;

    public override int[] MapFields(ReadOnlySpan<string> names)
    {
        var map = new int[names.Length];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = -1;
            for (var own = 0; own < _fields.Length; own++)
            {
                if (_fields[own].Name == names[i])
                {
                    map[i] = own;
                }
            }
        }

        return map;
    }

    protected override void WriteContent(SerializerSession to, object value) => _write(_slots, to, value);

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        from.Charge(_bytes);
        var value = RuntimeHelpers.GetUninitializedObject(Type);
        from.Track(number, value);
        ReadHead(from, value);
        if (definition.FieldMap is null)
        {
            _readAll(_slots, from, value);
            return value;
        }

        foreach (var own in definition.FieldMap)
        {
            if (own < 0)
            {
                from.ReadObject();
            }
            else
            {
                ReaderOf(own)(_slots, from, value);
            }
        }

        return value;
    }

    /// <summary>What stands before the fields.</summary>
    protected virtual void ReadHead(DeserializerSession from, object value)
    {
    }

    private FieldsReader ReaderOf(int field) =>
        Volatile.Read(ref _readOne[field]) ?? (_readOne[field] = FieldsCompiler.Reader(_fields, field));

    private static byte[] NamesOf((string Name, FieldInfo Field)[] fields)
    {
        using var names = new Output();
        names.WriteVarint((uint)fields.Length);
        foreach (var (name, _) in fields)
        {
            names.WriteText(name);
        }

        return names.Written.ToArray();
    }

    private static int SizeOf(Type type) => type.IsValueType
        ? (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf)).MakeGenericMethod(type).Invoke(null, null)
        : 8;
}

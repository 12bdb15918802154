using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Serialization;

namespace Cluster.Actors.Wire;

/// <summary>How the values of one type of field travel in a control message.</summary>
internal abstract class FieldValue
{
    /// <exception cref="NotSupportedException">Fields of that type cannot travel: a mistake in a protocol.</exception>
    public static FieldValue Of(Type type)
    {
        if (type == typeof(bool) || type == typeof(string) || type == typeof(Guid)) return new PlainValue(type);
        if (type == typeof(int) || type == typeof(long) || type.IsEnum) return new NumberValue(type);
        if (type == typeof(ImmutableArray<Guid>)) return new GuidsValue();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return (FieldValue)Activator.CreateInstance(typeof(ListValue<>).MakeGenericType(type.GetGenericArguments()))!;
        if (type.IsClass && type.IsSealed && type.Assembly == typeof(FieldValue).Assembly) return new RecordValue(RecordShape.Of(type));
        throw new NotSupportedException($"a field of type {type} cannot stand in a control message");
    }

    public abstract object Write(object value);

    /// <exception cref="SerializationException">It is not a value of this type.</exception>
    public abstract object Read(object value);

    protected static SerializationException Unexpected(Type expected, object value) => new($"expected a {expected.Name}, got a {value.GetType().Name}");

    private sealed class PlainValue(Type type) : FieldValue
    {
        public override object Write(object value) => value;

        public override object Read(object value) => value.GetType() == type ? value : throw Unexpected(type, value);
    }

    /// <summary>An enum may bring a number that this version has no name for: whoever gets it decides.</summary>
    private sealed class NumberValue(Type type) : FieldValue
    {
        private readonly Type _number = type.IsEnum ? Enum.GetUnderlyingType(type) : type;

        public override object Write(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

        public override object Read(object value)
        {
            if (value is not long number) throw Unexpected(type, value);
            try
            {
                var exact = Convert.ChangeType(number, _number, CultureInfo.InvariantCulture);
                return type.IsEnum ? Enum.ToObject(type, exact) : exact;
            }
            catch (OverflowException)
            {
                throw new SerializationException($"{number} is not a {type.Name}");
            }
        }
    }

    private sealed class GuidsValue : FieldValue
    {
        public override object Write(object value) => ((ImmutableArray<Guid>)value).ToArray();

        public override object Read(object value) => value is Guid[] guids ? ImmutableArray.Create(guids) : throw Unexpected(typeof(Guid[]), value);
    }

    private sealed class ListValue<T> : FieldValue where T : notnull
    {
        private readonly FieldValue _element = Of(typeof(T));

        public override object Write(object value)
        {
            var list = (ImmutableArray<T>)value;
            var written = new object[list.Length];
            for (int i = 0; i < written.Length; i++) written[i] = _element.Write(list[i]);
            return written;
        }

        public override object Read(object value)
        {
            if (value is not object?[] list) throw Unexpected(typeof(T[]), value);
            var read = ImmutableArray.CreateBuilder<T>(list.Length);
            foreach (var element in list) read.Add((T)_element.Read(element ?? throw new SerializationException("an element is null")));
            return read.MoveToImmutable();
        }
    }

    private sealed class RecordValue(RecordShape shape) : FieldValue
    {
        public override object Write(object value) => shape.Write(value);

        public override object Read(object value) => value is ControlFields fields ? shape.Read(fields) : throw Unexpected(typeof(ControlFields), value);
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;

namespace Akka.Configuration.Hocon;

/// <summary>
/// A text (possibly null), an array or an object. Never changes after construction.
/// Depth and Weight (number of values, counting shared parts as often as they appear) bound what a walk costs.
/// </summary>
public class HoconValue
{
    internal static readonly HoconValue EmptyObject = new(HoconObject.None);
    internal static readonly HoconValue Null = new((string)null);

    private readonly string _text;
    private readonly HoconValue[] _elements;

    internal HoconValue(string text)
    {
        _text = text;
        Depth = 1;
        Weight = 1;
    }

    internal HoconValue(HoconValue[] elements)
    {
        _elements = elements;
        var (depth, weight) = (0, 1L);
        foreach (var element in elements)
        {
            depth = Math.Max(depth, element.Depth);
            weight = Saturating(weight, element.Weight);
        }

        (Depth, Weight) = (depth + 1, weight);
    }

    internal HoconValue(HoconObject value)
    {
        Object = value;
        var (depth, weight) = (0, 1L);
        foreach (var (_, child) in value.Pairs)
        {
            depth = Math.Max(depth, child.Depth);
            weight = Saturating(weight, child.Weight);
        }

        (Depth, Weight) = (depth + 1, weight);
    }

    /// <summary>True for an object or array without content.</summary>
    public bool IsEmpty => Object != null ? Object.Count == 0 : _elements is { Length: 0 };

    internal HoconObject Object { get; }

    internal int Depth { get; }

    internal long Weight { get; }

    /// <summary>True for a text, a number, or null.</summary>
    public bool IsString() => Object == null && _elements == null;

    /// <summary>True for an array.</summary>
    public bool IsArray() => _elements != null;

    /// <summary>True for an object.</summary>
    public bool IsObject() => Object != null;

    /// <summary>The object, or null if this is none.</summary>
    public HoconObject GetObject() => Object;

    /// <summary>What the key has, or null.</summary>
    public HoconValue GetChildObject(string key) => Object?.GetKey(key);

    /// <summary>The elements; empty if this is no array.</summary>
    public IList<HoconValue> GetArray() =>
        _elements == null ? new List<HoconValue>() : new List<HoconValue>(_elements);

    /// <summary>The text; null for the literal null, an array or an object.</summary>
    public string GetString() => _text;

    /// <summary>The text as such a value; an error if it is none.</summary>
    public bool GetBoolean() => AsBoolean(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public byte GetByte() => AsNumber<byte>(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public int GetInt() => AsNumber<int>(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public long GetLong() => AsNumber<long>(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public float GetFloat() => AsNumber<float>(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public double GetDouble() => AsNumber<double>(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public decimal GetDecimal() => AsNumber<decimal>(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public long? GetByteSize() => AsByteSize(null);

    /// <summary>The text as such a value; an error if it is none.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) => AsTimeSpan(null, allowInfinite);

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<string> GetStringList() => AsList(null, static (value, _) => value.GetString());

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<bool> GetBooleanList() => AsList(null, static (value, _) => value.AsBoolean(null));

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<byte> GetByteList() => AsList(null, static (value, _) => value.AsNumber<byte>(null));

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<int> GetIntList() => AsList(null, static (value, _) => value.AsNumber<int>(null));

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<long> GetLongList() => AsList(null, static (value, _) => value.AsNumber<long>(null));

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<float> GetFloatList() => AsList(null, static (value, _) => value.AsNumber<float>(null));

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<double> GetDoubleList() => AsList(null, static (value, _) => value.AsNumber<double>(null));

    /// <summary>The elements of an array; empty if this is none.</summary>
    public IList<decimal> GetDecimalList() => AsList(null, static (value, _) => value.AsNumber<decimal>(null));

    /// <summary>This object as a configuration.</summary>
    public Config ToConfig() => new(new HoconRoot(this));

    /// <summary>A configuration that holds this value under one key.</summary>
    public Config AtKey(string key) =>
        new(new HoconRoot(new HoconValue(new HoconObject(new Dictionary<string, HoconValue> { [key] = this }))));

    /// <inheritdoc/>
    public override string ToString() => HoconWriter.Write(this);

    /// <summary>Objects merge deeply, everything else is replaced whole.</summary>
    internal static HoconValue Merge(HoconValue own, HoconValue fallback) =>
        own.Object == null || fallback.Object == null ? own : new HoconValue(HoconObject.Merge(own.Object, fallback.Object));

    internal ReadOnlySpan<HoconValue> Elements => _elements;

    internal object Unwrap()
    {
        if (Object != null)
        {
            return Object.Unwrapped;
        }

        return _elements == null ? _text : Array.ConvertAll(_elements, static element => element.Unwrap());
    }

    // The path only makes the error better; null if not known.

    internal bool AsBoolean(string path) => _text switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        _ => throw new NotSupportedException($"{Describe(path)} is no boolean: write on, off, true or false."),
    };

    internal T AsNumber<T>(string path) where T : struct, INumber<T> =>
        T.TryParse(_text, StyleOf<T>(), CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{Describe(path)} is no number of type {typeof(T).Name}.");

    internal long? AsByteSize(string path)
    {
        if (string.IsNullOrEmpty(_text))
        {
            return IsString() ? null : throw new FormatException($"{Describe(path)} is no size.");
        }

        return HoconByteSize.TryParse(_text, out var bytes)
            ? bytes
            : throw new FormatException($"{Describe(path)} is no size: write a whole number and a unit such as b, kB, KiB, MB, MiB.");
    }

    internal TimeSpan AsTimeSpan(string path, bool allowInfinite)
    {
        if (allowInfinite && string.Equals(_text, "infinite", StringComparison.OrdinalIgnoreCase))
        {
            return System.Threading.Timeout.InfiniteTimeSpan;
        }

        return HoconDuration.TryParse(_text, out var duration)
            ? duration
            : throw new FormatException($"{Describe(path)} is no duration: write a number and ns, micros, ms, s, m, h or d"
                + (allowInfinite ? ", or infinite." : "."));
    }

    internal IList<T> AsList<T>(string path, Func<HoconValue, string, T> convert)
    {
        var list = new List<T>(Elements.Length);
        foreach (var element in Elements)
        {
            list.Add(convert(element, path));
        }

        return list;
    }

    private string Describe(string path)
    {
        var what = Object != null ? "an object" : _elements != null ? "an array" : _text == null ? "null" : $"'{_text}'";
        return path == null ? $"The configuration value {what}" : $"The configuration value of '{path}', {what},";
    }

    private static NumberStyles StyleOf<T>() =>
        typeof(T) == typeof(int) || typeof(T) == typeof(long) || typeof(T) == typeof(byte) ? NumberStyles.Integer : NumberStyles.Float;

    private static long Saturating(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}

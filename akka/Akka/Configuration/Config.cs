using System;
using System.Collections.Generic;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// An immutable configuration tree: a document, merged with the fallbacks under it.
/// Invariants: nothing reachable from a Config changes after construction, so any thread may read it;
/// the merge is done once, in <see cref="WithFallback"/>, and shares the parts that only one side has.
/// </summary>
public class Config
{
    /// <summary>A configuration without a key.</summary>
    public static readonly Config Empty = new();

    private readonly HoconValue _own;

    /// <summary>Empty; or the given tree; or a configuration on top of another.</summary>
    public Config() : this(HoconValue.EmptyObject, HoconValue.EmptyObject, null)
    {
    }

    /// <summary>Empty; or the given tree; or a configuration on top of another.</summary>
    public Config(HoconRoot root) : this(RootOf(root), RootOf(root), null)
    {
    }

    /// <summary>Empty; or the given tree; or a configuration on top of another.</summary>
    public Config(Config source, Config fallback)
        : this(Merge(source, fallback), source._own, Stack(source.Fallback, fallback))
    {
    }

    private Config(HoconValue root, HoconValue own, Config fallback)
    {
        Root = root;
        _own = own;
        Fallback = fallback;
    }

    /// <summary>What lies under the own document, or null.</summary>
    public Config Fallback { get; }

    /// <summary>True without any key.</summary>
    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>The merged tree.</summary>
    public virtual HoconValue Root { get; }

    /// <summary>What is at the path, or null.</summary>
    public HoconValue GetValue(string path) => ConfigPath.Find(Root, path);

    /// <summary>True if the path exists, here or in a fallback; also if its value is null.</summary>
    public virtual bool HasPath(string path) => GetValue(path) != null;

    /// <summary>The section at the path, or null if there is none.</summary>
    public virtual Config GetConfig(string path)
    {
        var value = GetValue(path);
        return value == null ? null : new Config(new HoconRoot(value));
    }

    /// <summary>This configuration, with <paramref name="fallback"/> for what it lacks. Arrays are not merged.</summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
        {
            throw new ArgumentException("A configuration cannot be its own fallback.", nameof(fallback));
        }

        if (fallback == null)
        {
            return this;
        }

        return IsEmpty ? fallback : new Config(this, fallback);
    }

    /// <summary>The top-level pairs of the merged tree.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() =>
        Root.Object == null ? Array.Empty<KeyValuePair<string, HoconValue>>() : Root.Object.Pairs;

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual string GetString(string path, string @default = null)
    {
        var value = GetValue(path);
        return value == null ? @default : value.GetString();
    }

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual bool GetBoolean(string path, bool @default = false) =>
        GetValue(path) is { } value ? value.AsBoolean(path) : @default;

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual int GetInt(string path, int @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<int>(path) : @default;

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual long GetLong(string path, long @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<long>(path) : @default;

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual float GetFloat(string path, float @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<float>(path) : @default;

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual double GetDouble(string path, double @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<double>(path) : @default;

    /// <summary>The value at the path, or the default if it is missing. A value of another kind is an error.</summary>
    public virtual decimal GetDecimal(string path, decimal @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<decimal>(path) : @default;

    /// <summary>A size in bytes, or null if the path is missing.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    /// <summary>A size in bytes, or the default if the path is missing.</summary>
    public virtual long? GetByteSize(string path, long? def = null) =>
        GetValue(path) is { } value ? value.AsByteSize(path) : def;

    /// <summary>A duration; zero if the path is missing and no default is given.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetValue(path) is { } value ? value.AsTimeSpan(path, allowInfinite) : @default.GetValueOrDefault();

    /// <summary>Empty if the path is missing or is no array.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, Array.Empty<string>());

    /// <summary>The elements as texts; the default if the path is missing.</summary>
    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        GetValue(path) is { } value ? value.GetStringList() : defaultPaths;

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<bool> GetBooleanList(string path) => Required(path).AsList(path, static (v, p) => v.AsBoolean(p));

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<byte> GetByteList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<byte>(p));

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<int> GetIntList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<int>(p));

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<long> GetLongList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<long>(p));

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<float> GetFloatList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<float>(p));

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<double> GetDoubleList(string path) =>
        Required(path).AsList(path, static (v, p) => v.AsNumber<double>(p));

    /// <summary>The elements of an array. A missing path is an error.</summary>
    public virtual IList<decimal> GetDecimalList(string path) =>
        Required(path).AsList(path, static (v, p) => v.AsNumber<decimal>(p));

    /// <summary>The merged tree as a document that parses back to the same tree.</summary>
    public override string ToString() => HoconWriter.Write(Root);

    /// <summary>The own document, or the merged tree, as text.</summary>
    public string ToString(bool includeFallback) => HoconWriter.Write(includeFallback ? Root : _own);

    /// <summary>The left one with the right one as its fallback.</summary>
    public static Config operator +(Config config, string fallback) =>
        config.WithFallback(ConfigurationFactory.ParseString(fallback));

    /// <summary>The left one with the right one as its fallback.</summary>
    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    /// <summary>Parses the text.</summary>
    public static implicit operator Config(string str) => str == null ? null : ConfigurationFactory.ParseString(str);

    private HoconValue Required(string path) =>
        GetValue(path) ?? throw new NullReferenceException($"The configuration has no list at '{path}'.");

    /// <summary>A layer that lies there already is not laid a second time.</summary>
    private static Config Stack(Config upper, Config lower)
    {
        if (upper == null || lower == null)
        {
            return upper ?? lower;
        }

        for (var layer = upper; layer != null; layer = layer.Fallback)
        {
            if (ReferenceEquals(layer, lower))
            {
                return upper;
            }
        }

        return new Config(upper, lower);
    }

    private static HoconValue RootOf(HoconRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return root.Value ?? HoconValue.EmptyObject;
    }

    private static HoconValue Merge(Config source, Config fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        return fallback == null ? source.Root : HoconValue.Merge(source.Root, fallback.Root);
    }
}

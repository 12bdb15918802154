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
    public static readonly Config Empty = new();

    private readonly HoconValue _own;

    public Config() : this(HoconValue.EmptyObject, HoconValue.EmptyObject, null)
    {
    }

    public Config(HoconRoot root) : this(RootOf(root), RootOf(root), null)
    {
    }

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

    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>The merged tree.</summary>
    public virtual HoconValue Root { get; }

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

    public virtual string GetString(string path, string @default = null)
    {
        var value = GetValue(path);
        return value == null ? @default : value.GetString();
    }

    public virtual bool GetBoolean(string path, bool @default = false) =>
        GetValue(path) is { } value ? value.AsBoolean(path) : @default;

    public virtual int GetInt(string path, int @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<int>(path) : @default;

    public virtual long GetLong(string path, long @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<long>(path) : @default;

    public virtual float GetFloat(string path, float @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<float>(path) : @default;

    public virtual double GetDouble(string path, double @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<double>(path) : @default;

    public virtual decimal GetDecimal(string path, decimal @default = 0) =>
        GetValue(path) is { } value ? value.AsNumber<decimal>(path) : @default;

    /// <summary>A size in bytes, or null if the path is missing.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    public virtual long? GetByteSize(string path, long? def = null) =>
        GetValue(path) is { } value ? value.AsByteSize(path) : def;

    /// <summary>A duration; zero if the path is missing and no default is given.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetValue(path) is { } value ? value.AsTimeSpan(path, allowInfinite) : @default.GetValueOrDefault();

    /// <summary>Empty if the path is missing or is no array.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, Array.Empty<string>());

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        GetValue(path) is { } value ? value.GetStringList() : defaultPaths;

    public virtual IList<bool> GetBooleanList(string path) => Required(path).AsList(path, static (v, p) => v.AsBoolean(p));

    public virtual IList<byte> GetByteList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<byte>(p));

    public virtual IList<int> GetIntList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<int>(p));

    public virtual IList<long> GetLongList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<long>(p));

    public virtual IList<float> GetFloatList(string path) => Required(path).AsList(path, static (v, p) => v.AsNumber<float>(p));

    public virtual IList<double> GetDoubleList(string path) =>
        Required(path).AsList(path, static (v, p) => v.AsNumber<double>(p));

    public virtual IList<decimal> GetDecimalList(string path) =>
        Required(path).AsList(path, static (v, p) => v.AsNumber<decimal>(p));

    /// <summary>The merged tree as a document that parses back to the same tree.</summary>
    public override string ToString() => HoconWriter.Write(Root);

    public string ToString(bool includeFallback) => HoconWriter.Write(includeFallback ? Root : _own);

    public static Config operator +(Config config, string fallback) =>
        config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

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

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Akka.Configuration;
using global::Hyperion;

namespace Akka.Serialization;

/// <summary>Reads the settings out of their section.</summary>
internal static class HyperionSettingsReader
{
    public const string Path = "akka.actor.serialization-settings.hyperion";

    public static HyperionSerializerSettings Read(Config config)
    {
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<HyperionSerializerSettings>(Path);
        }

        return new HyperionSerializerSettings(
            config.GetBoolean("preserve-object-references", true),
            config.GetBoolean("version-tolerance", true),
            Find(config.GetString("known-types-provider"), "known-types-provider"),
            Overrides(config).ToArray(),
            config.GetStringList("surrogates").Select(name => (Surrogate)Activator.CreateInstance(Find(name, "surrogates"))).ToArray(),
            config.GetBoolean("disallow-unsafe-type", true),
            Filter(config.GetStringList("allowed-types")));
    }

    private static ITypeFilter Filter(IList<string> names)
    {
        if (names.Count == 0)
        {
            return DisabledTypeFilter.Instance;
        }

        var builder = TypeFilterBuilder.Create();
        foreach (var name in names)
        {
            builder.Include(Find(name, "allowed-types"));
        }

        return builder.Build();
    }

    private static IEnumerable<Func<string, string>> Overrides(Config config)
    {
        var framework = RuntimeInformation.FrameworkDescription;
        var key = framework.Contains(".NET Framework", StringComparison.Ordinal) ? "netfx"
            : framework.Contains(".NET Core", StringComparison.Ordinal) ? "netcore"
            : "net";
        var list = config.GetValue($"cross-platform-package-name-overrides.{key}");
        if (list is null || !list.IsArray())
        {
            yield break;
        }

        foreach (var entry in list.GetArray())
        {
            var fields = entry.GetObject();
            string fingerprint = Text(fields, "fingerprint"), from = Text(fields, "rename-from"), to = Text(fields, "rename-to");
            yield return name => name.Contains(fingerprint, StringComparison.Ordinal) ? name.Replace(from, to, StringComparison.Ordinal) : name;
        }
    }

    private static string Text(Configuration.Hocon.HoconObject fields, string key) =>
        fields.GetKey(key)?.GetString() ?? throw new ConfigurationException($"{Path}.cross-platform-package-name-overrides: an entry has no '{key}'.");

    private static Type Find(string name, string key)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        return Type.GetType(name, throwOnError: false) ?? throw new ConfigurationException($"{Path}.{key}: there is no type '{name}'.");
    }
}

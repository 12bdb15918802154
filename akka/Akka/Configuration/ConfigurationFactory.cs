using System;
using System.IO;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using Akka.Configuration.Hocon;
using Akka.Configuration.Hocon.Parsing;

namespace Akka.Configuration;

/// <summary>Makes configurations from text, resources and objects.</summary>
public class ConfigurationFactory
{
    private const string ReferenceResource = "Akka.reference.conf";

    private static readonly Lazy<Config> Reference = new(
        () => FromResource(ReferenceResource, typeof(ConfigurationFactory).Assembly),
        LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>A configuration without a key.</summary>
    public static Config Empty => Config.Empty;

    /// <summary>Parses a document that includes no others.</summary>
    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>Parses a document; <paramref name="includeCallback"/> gives the content of an <c>include "name"</c>.</summary>
    /// <exception cref="FormatException">The text is not a document of the supported dialect.</exception>
    /// <exception cref="ConfigurationException">As above, where the real library throws this type.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        return new Config(new HoconRoot(HoconParser.Parse(hocon, includeCallback)));
    }

    /// <summary>The defaults of the core alone.</summary>
    public static Config Default() => Reference.Value;

    /// <summary>Public properties become keys (a dot in a name does not nest), collections become arrays.</summary>
    public static Config FromObject(object source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ParseString(JsonSerializer.Serialize(source, source.GetType()));
    }

    /// <summary>Parses a document that is embedded in an assembly.</summary>
    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses a document that is embedded in an assembly.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly)
    {
        ArgumentNullException.ThrowIfNull(instanceInAssembly);
        return instanceInAssembly switch
        {
            Assembly assembly => FromResource(resourceName, assembly),
            Type type => FromResource(resourceName, type.Assembly),
            _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
        };
    }

    /// <summary>Parses a document that is embedded in an assembly.</summary>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"Assembly {assembly.GetName().Name} has no resource '{resourceName}'.");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}

using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Cluster.Node.Configuration;

/// <summary>The keys of a configuration, as full paths of its values; a list is a value.</summary>
internal static class KeyPaths
{
    public static IEnumerable<string> Of(Config config)
    {
        if (config.IsEmpty) return [];
        var paths = new List<string>();
        foreach (var (key, value) in config.AsEnumerable()) Collect(Element(key), value, paths);
        return paths;
    }

    private static void Collect(string path, HoconValue value, List<string> paths)
    {
        if (!value.IsObject())
        {
            paths.Add(path);
            return;
        }

        foreach (var (key, child) in value.GetObject().Items) Collect(path + "." + Element(key), child, paths);
    }

    /// <summary>A key with dots in it is one element of a path and has to be quoted there.</summary>
    private static string Element(string key) => key.Contains('.') ? $"\"{key}\"" : key;
}

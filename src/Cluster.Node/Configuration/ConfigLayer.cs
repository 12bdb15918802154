using Akka.Configuration;

namespace Cluster.Node.Configuration;

/// <summary>One source of settings, and what to call it in a message: a file's name, or "-D key".</summary>
internal sealed record ConfigLayer(string Origin, Config Config)
{
    public static ConfigLayer FromFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new SettingsException($"{path}: cannot be read: {e.Message}", e);
        }

        return new ConfigLayer(path, Parse(text, path));
    }

    public static Config Parse(string text, string origin)
    {
        try
        {
            return ConfigurationFactory.ParseString(text, included => throw new SettingsException($"{origin}: include \"{included}\" is not supported; give several --config files"));
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            throw new SettingsException($"{origin}: {e.Message}", e);
        }
    }
}

using System.Globalization;
using Akka.Configuration;

namespace Cluster.Node.Configuration;

/// <summary>Reads typed values and says where a wrong one came from. Keeps account of the keys that were read.</summary>
internal sealed class SettingsReader(Config merged, IReadOnlyList<ConfigLayer> layers)
{
    public HashSet<string> KeysRead { get; } = new(StringComparer.Ordinal);

    public string Text(string key)
    {
        KeysRead.Add(key);
        var value = merged.HasPath(key) ? merged.GetValue(key) : null;
        if (value is null || !value.IsString()) throw Wrong(key, "a text");
        return value.GetString() ?? "";
    }

    public int Integer(string key, int min, int max)
    {
        string text = Text(key);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max) return value;
        throw Wrong(key, $"a whole number from {min} to {max}");
    }

    public int Port(string key) => Integer(key, 0, 65535);

    public bool Switch(string key) => Text(key) switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        _ => throw Wrong(key, "on or off"),
    };

    public TimeSpan Duration(string key, TimeSpan min, TimeSpan max)
    {
        string expected = $"a duration from {Show(min)} to {Show(max)}, as 500ms or 5s";
        try
        {
            Text(key);
            var value = merged.GetTimeSpan(key, null, allowInfinite: false);
            if (value >= min && value <= max) return value;
        }
        catch (Exception e) when (e is FormatException or ConfigurationException or OverflowException)
        {
            throw Wrong(key, expected);
        }

        throw Wrong(key, expected);
    }

    public long Size(string key, long min, long max)
    {
        string expected = $"a size from {min} to {max} bytes, as 65536, 64KiB or 64MiB";
        try
        {
            Text(key);
            if (merged.GetByteSize(key) is { } value && value >= min && value <= max) return value;
        }
        catch (Exception e) when (e is FormatException or ConfigurationException or OverflowException)
        {
            throw Wrong(key, expected);
        }

        throw Wrong(key, expected);
    }

    public T Choice<T>(string key, params (string Name, T Value)[] choices)
    {
        string text = Text(key);
        foreach (var (name, value) in choices)
            if (name == text) return value;
        throw Wrong(key, string.Join(" or ", choices.Select(choice => choice.Name)));
    }

    public IReadOnlyList<string> TextList(string key, string expected)
    {
        KeysRead.Add(key);
        var value = merged.HasPath(key) ? merged.GetValue(key) : null;
        if (value is null || value.IsString() || value.IsObject()) throw Wrong(key, expected);
        return [.. value.GetStringList().Select(text => text ?? "")];
    }

    /// <summary>Keys that somebody else reads out of the same configuration.</summary>
    public void LeaveToOthers(string section)
    {
        foreach (string path in KeyPaths.Of(merged))
            if (path.StartsWith(section + ".", StringComparison.Ordinal)) KeysRead.Add(path);
    }

    public SettingsException Wrong(string key, string expected)
    {
        string shown = "nothing";
        if (merged.HasPath(key) && merged.GetValue(key) is { } value) shown = value.IsString() ? $"'{value.GetString()}'" : value.IsObject() ? "an object" : "a list";
        return new SettingsException($"{Origin(key)}{key}: expected {expected}, got {shown}");
    }

    /// <summary>"FILE: " for a key that a file has set; a -D names its key anyway.</summary>
    private string Origin(string key)
    {
        foreach (var layer in layers)
            if (layer.Config.HasPath(key)) return layer.Origin.StartsWith("-D ", StringComparison.Ordinal) ? "-D " : $"{layer.Origin}: ";
        return "";
    }

    private static string Show(TimeSpan time) =>
        time.TotalSeconds >= 1 ? $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s" : $"{time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}ms";
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Configuration;

namespace Cluster.Node.Configuration;

/// <summary>
/// A `-D key=value` of the command line. The value is HOCON if it is a number, a boolean, a list, an object or a quoted string;
/// else it is taken as it stands, as text: paths, durations and addresses need no quotes.
/// </summary>
internal static partial class Definition
{
    public static ConfigLayer Parse(string definition)
    {
        int equals = definition.IndexOf('=');
        if (equals < 0) throw new SettingsException($"-D {definition}: expected key=value");
        string key = definition[..equals].Trim();
        if (!KeyPattern().IsMatch(key)) throw new SettingsException($"-D {definition}: '{key}' is not a key");
        return new ConfigLayer($"-D {key}", Of(key, definition[(equals + 1)..].Trim()));
    }

    public static Config Of(string key, string value)
    {
        if (IsScalar(value)) return ConfigurationFactory.ParseString($"{key} = {value}");
        if (IsCompound(value) && TryParse($"{key} = {value}", out var compound)) return compound;
        return ConfigurationFactory.ParseString($"{key} = {Quote(value)}");
    }

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsControl(c)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsScalar(string value) =>
        value is "true" or "false" or "on" or "off" || NumberPattern().IsMatch(value);

    /// <summary>
    /// Brackets and quotes have to be closed in the right order: the parser itself does not report a missing one.
    /// </summary>
    private static bool IsCompound(string value)
    {
        if (value.Length < 2 || value[0] is not ('[' or '{' or '"')) return false;
        var open = new Stack<char>();
        for (int i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '"':
                    do
                    {
                        i += i + 1 < value.Length && value[i] == '\\' ? 2 : 1;
                    }
                    while (i < value.Length && value[i] != '"');
                    if (i >= value.Length) return false;
                    break;
                case '[':
                    open.Push(']');
                    continue;
                case '{':
                    open.Push('}');
                    continue;
                case ']' or '}':
                    if (open.Count == 0 || open.Pop() != value[i]) return false;
                    break;
                default:
                    continue;
            }

            if (open.Count == 0) return i == value.Length - 1;
        }

        return false;
    }

    private static bool TryParse(string hocon, out Config config)
    {
        try
        {
            config = ConfigurationFactory.ParseString(hocon);
            return true;
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            config = Config.Empty;
            return false;
        }
    }

    [GeneratedRegex("""^([A-Za-z0-9_-]+|"[^"]+")(\.([A-Za-z0-9_-]+|"[^"]+"))*$""")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$")]
    private static partial Regex NumberPattern();
}

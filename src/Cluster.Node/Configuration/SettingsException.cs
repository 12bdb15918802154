namespace Cluster.Node.Configuration;

/// <summary>
/// The configuration cannot be used; the message is one line for the operator and names the key, or the file, and what was
/// expected. The program ends with code 2.
/// </summary>
public sealed class SettingsException : Exception
{
    public SettingsException(string message)
        : base(OneLine(message))
    {
    }

    public SettingsException(string message, Exception cause)
        : base(OneLine(message), cause)
    {
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

using System.Security;

namespace Hyperion.Internal;

/// <summary>The type is one that attackers use: it is neither written nor read, unless the options allow it.</summary>
public class EvilDeserializationException : SecurityException
{
    /// <summary>Says what happened.</summary>
    public EvilDeserializationException(string message, string typeString) : base($"{message} ({typeString})")
    {
        BadTypeString = typeString;
    }

    /// <summary>Which type was refused.</summary>
    public string BadTypeString { get; }
}

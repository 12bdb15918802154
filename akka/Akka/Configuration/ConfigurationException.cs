using System;
using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be read, or that lacks something its reader needs.</summary>
public class ConfigurationException : AkkaException
{
    /// <summary>Says which setting is wrong.</summary>
    public ConfigurationException(string message) : base(message)
    {
    }

    /// <summary>Says which setting is wrong.</summary>
    public ConfigurationException(string message, Exception exception) : base(message, exception)
    {
    }

    /// <summary>A configuration that has to be there is not.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string path = null) =>
        new(string.IsNullOrEmpty(path)
            ? $"Failed to instantiate {typeof(T).Name}: its configuration is null or empty."
            : $"Failed to instantiate {typeof(T).Name}: its configuration at path '{path}' is null or empty.");
}

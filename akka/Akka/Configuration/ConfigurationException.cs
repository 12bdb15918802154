using System;
using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be read, or that lacks something its reader needs.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message) : base(message)
    {
    }

    public ConfigurationException(string message, Exception exception) : base(message, exception)
    {
    }

    public static ConfigurationException NullOrEmptyConfig<T>(string path = null) =>
        new(string.IsNullOrEmpty(path)
            ? $"Failed to instantiate {typeof(T).Name}: its configuration is null or empty."
            : $"Failed to instantiate {typeof(T).Name}: its configuration at path '{path}' is null or empty.");
}

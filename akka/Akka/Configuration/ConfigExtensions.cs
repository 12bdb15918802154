namespace Akka.Configuration;

/// <summary>Help with configurations that may be null.</summary>
public static class ConfigExtensions
{
    /// <summary>True without any key.</summary>
    public static bool IsNullOrEmpty(this Config config) => config == null || config.IsEmpty;

    /// <summary>As <see cref="Config.WithFallback"/>, but either side may be null.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback)
    {
        if (config.IsNullOrEmpty())
        {
            return fallback.IsNullOrEmpty() ? Config.Empty : fallback;
        }

        return fallback.IsNullOrEmpty() || ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);
    }
}

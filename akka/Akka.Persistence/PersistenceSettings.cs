using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>What akka.persistence says beside the plugins' sections.</summary>
public sealed class PersistenceSettings : Settings
{
    /// <summary>Read from the configuration.</summary>
    public PersistenceSettings(ActorSystem system, Config config) : base(system, config)
    {
        Internal = new InternalSettings(config);
    }

    /// <summary>Settings about the plugins' inner workings.</summary>
    public InternalSettings Internal { get; }

    /// <summary>Settings about the plugins' inner workings.</summary>
    public sealed class InternalSettings
    {
        /// <summary>Read from the configuration.</summary>
        public InternalSettings(Config config)
        {
            PublishPluginCommands = config.GetBoolean("akka.persistence.publish-plugin-commands", false);
            PublishConfirmations = config.GetBoolean("akka.persistence.publish-confirmations", false);
        }

        /// <summary>Plugins publish what they have carried out.</summary>
        public bool PublishPluginCommands { get; }

        /// <summary>Confirmations are published.</summary>
        public bool PublishConfirmations { get; }
    }
}

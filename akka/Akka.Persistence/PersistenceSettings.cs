using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>What akka.persistence says beside the plugins' sections.</summary>
public sealed class PersistenceSettings : Settings
{
    public PersistenceSettings(ActorSystem system, Config config) : base(system, config)
    {
        Internal = new InternalSettings(config);
    }

    public InternalSettings Internal { get; }

    public sealed class InternalSettings
    {
        public InternalSettings(Config config)
        {
            PublishPluginCommands = config.GetBoolean("akka.persistence.publish-plugin-commands", false);
            PublishConfirmations = config.GetBoolean("akka.persistence.publish-confirmations", false);
        }

        public bool PublishPluginCommands { get; }

        public bool PublishConfirmations { get; }
    }
}

using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Gives a system's persistence extension.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);

    public static Config DefaultConfig() => ConfigurationFactory.FromResource<Persistence>("Akka.Persistence.reference.conf");
}

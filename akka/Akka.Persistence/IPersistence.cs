using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Who an actor is to the plugins, and to which.</summary>
public interface IPersistentIdentity
{
    string PersistenceId { get; }

    string JournalPluginId { get; }

    string SnapshotPluginId { get; }
}

public interface IPersistenceRecovery
{
    Recovery Recovery { get; }
}

public interface IPersistenceStash : IWithUnboundedStash
{
    IStashOverflowStrategy InternalStashOverflowStrategy { get; }
}

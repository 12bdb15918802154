using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Who an actor is to the plugins, and to which.</summary>
public interface IPersistentIdentity
{
    /// <summary>Of the actor whose history it is.</summary>
    string PersistenceId { get; }

    /// <summary>Path of the journal in the configuration; empty for the default one.</summary>
    string JournalPluginId { get; }

    /// <summary>Path of the snapshot store in the configuration; empty for the default one.</summary>
    string SnapshotPluginId { get; }
}

/// <summary>Says how it wants to recover.</summary>
public interface IPersistenceRecovery
{
    /// <summary>How to recover.</summary>
    Recovery Recovery { get; }
}

/// <summary>Has an internal stash for what must wait.</summary>
public interface IPersistenceStash : IWithUnboundedStash
{
    /// <summary>What becomes of a message for which the internal stash has no room.</summary>
    IStashOverflowStrategy InternalStashOverflowStrategy { get; }
}

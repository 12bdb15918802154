using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What the runtime itself asks of a reference: its life cycle, its place in the tree and the way of system messages.</summary>
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    /// <summary>The supervisor.</summary>
    IInternalActorRef Parent { get; }

    /// <summary>Who made it.</summary>
    IActorRefProvider Provider { get; }

    /// <summary>True once the actor has ended.</summary>
    bool IsTerminated { get; }

    /// <summary>The descendant along <paramref name="name"/> ("..": parent, "": skipped), or Nobody.</summary>
    IActorRef GetChild(IReadOnlyList<string> name);

    /// <summary>Begins to handle messages.</summary>
    void Start();

    /// <summary>Ends after the message at hand.</summary>
    void Stop();

    /// <summary>Holds the mailbox.</summary>
    void Suspend();

    /// <summary>Goes on.</summary>
    void Resume(Exception causedByFailure = null);

    /// <summary>Begins anew.</summary>
    void Restart(Exception cause);

    /// <summary>Past all messages of users.</summary>
    void SendSystemMessage(ISystemMessage message);

    /// <summary>Past all messages of users.</summary>
    void SendSystemMessage(ISystemMessage message, IActorRef sender);
}

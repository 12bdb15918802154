using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What the runtime itself asks of a reference: its life cycle, its place in the tree and the way of system messages.</summary>
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    IInternalActorRef Parent { get; }

    IActorRefProvider Provider { get; }

    bool IsTerminated { get; }

    /// <summary>The descendant along <paramref name="name"/> ("..": parent, "": skipped), or Nobody.</summary>
    IActorRef GetChild(IReadOnlyList<string> name);

    void Start();

    void Stop();

    void Suspend();

    void Resume(Exception causedByFailure = null);

    void Restart(Exception cause);

    void SendSystemMessage(ISystemMessage message);

    void SendSystemMessage(ISystemMessage message, IActorRef sender);
}

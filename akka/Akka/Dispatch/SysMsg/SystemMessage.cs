using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A message of the runtime to a cell; all of them overtake all user messages.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded
{
}

/// <summary>
/// The link is part of the message, so a mailbox queues system messages without allocating; an instance is therefore sent once.
/// </summary>
public abstract class SystemMessage : ISystemMessage
{
    internal SystemMessage Next;

    /// <summary>True outside of a list.</summary>
    public bool Unlinked => Next is null;

    /// <summary>Takes it out of its list.</summary>
    public void Unlink() => Next = null;
}

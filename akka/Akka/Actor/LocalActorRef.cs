using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A reference to an actor of this system; it stays the same object through all restarts.</summary>
public class LocalActorRef : ActorRefWithCell
{
    private readonly ActorSystemImpl _system;
    private readonly ActorCell _cell;

    /// <summary>A reference with its cell.</summary>
    public LocalActorRef(
        ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path)
    {
        _system = system;
        Path = path;
        Props = props;
        Dispatcher = dispatcher;
        MailboxType = mailboxType;
        Supervisor = supervisor;
        _cell = CreateCell();
        _cell.Init(false, mailboxType);
    }

    /// <inheritdoc/>
    public override ActorPath Path { get; }

    /// <inheritdoc/>
    public override IActorRefProvider Provider => _system.Provider;

    /// <summary>The actor behind it.</summary>
    public ActorCell Cell => _cell;

    /// <inheritdoc/>
    public override IInternalActorRef Parent => _cell.Parent;

    /// <inheritdoc/>
    public override IEnumerable<IActorRef> Children => _cell.GetChildren();

    /// <inheritdoc/>
    public override bool IsLocal => true;

    /// <inheritdoc/>
    public override bool IsTerminated => _cell.IsTerminated;

    /// <summary>What it was made with.</summary>
    protected ActorSystem System => _system;

    /// <summary>What it was made with.</summary>
    protected Props Props { get; }

    /// <summary>What it was made with.</summary>
    protected MessageDispatcher Dispatcher { get; }

    /// <summary>What it was made with.</summary>
    protected MailboxType MailboxType { get; }

    /// <summary>What it was made with.</summary>
    protected IInternalActorRef Supervisor { get; }

    internal ActorSystemImpl SystemImpl => _system;

    /// <inheritdoc/>
    public override void Start() => _cell.Start();

    /// <inheritdoc/>
    public override void Stop() => _cell.Stop();

    /// <inheritdoc/>
    public override void Suspend() => _cell.Suspend();

    /// <inheritdoc/>
    public override void Resume(Exception causedByFailure = null) => _cell.Resume(causedByFailure);

    /// <inheritdoc/>
    public override void Restart(Exception cause) => _cell.Restart(cause);

    /// <inheritdoc/>
    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    /// <summary>The child of that name, or nobody.</summary>
    public override IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    /// <inheritdoc/>
    public override IActorRef GetChild(IReadOnlyList<string> name) => RefTree.Walk(this, name, 0);

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef sender) => _cell.SendMessage(sender, message);

    /// <summary>Makes the cell.</summary>
    protected virtual ActorCell NewActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor) =>
        new(system, self, props, dispatcher, supervisor);

    private ActorCell CreateCell() => NewActorCell(_system, this, Props, Dispatcher, Supervisor);
}

/// <summary>Walks down (and, by "..", up) the tree of references.</summary>
internal static class RefTree
{
    public static IActorRef Walk(IInternalActorRef from, IReadOnlyList<string> names, int index)
    {
        IInternalActorRef at = from;
        for (int i = index; i < names.Count; i++)
        {
            string name = names[i];
            switch (name)
            {
                case "":
                    break;
                case "..":
                    at = at.Parent;
                    break;
                default:
                    if (at is ActorRefWithCell withCell) at = withCell.GetSingleChild(name);
                    else return at.GetChild(Rest(names, i));
                    break;
            }

            if (at is Nobody) return at;
        }

        return at;
    }

    private static IReadOnlyList<string> Rest(IReadOnlyList<string> names, int index)
    {
        string[] rest = new string[names.Count - index];
        for (int i = 0; i < rest.Length; i++) rest[i] = names[index + i];
        return rest;
    }
}

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

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider => _system.Provider;

    public ActorCell Cell => _cell;

    public override IInternalActorRef Parent => _cell.Parent;

    public override IEnumerable<IActorRef> Children => _cell.GetChildren();

    public override bool IsLocal => true;

    public override bool IsTerminated => _cell.IsTerminated;

    protected ActorSystem System => _system;

    protected Props Props { get; }

    protected MessageDispatcher Dispatcher { get; }

    protected MailboxType MailboxType { get; }

    protected IInternalActorRef Supervisor { get; }

    internal ActorSystemImpl SystemImpl => _system;

    public override void Start() => _cell.Start();

    public override void Stop() => _cell.Stop();

    public override void Suspend() => _cell.Suspend();

    public override void Resume(Exception causedByFailure = null) => _cell.Resume(causedByFailure);

    public override void Restart(Exception cause) => _cell.Restart(cause);

    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    public override IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    public override IActorRef GetChild(IReadOnlyList<string> name) => RefTree.Walk(this, name, 0);

    protected override void TellInternal(object message, IActorRef sender) => _cell.SendMessage(sender, message);

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

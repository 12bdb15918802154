using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// What stays of an actor from start to stop, whatever happens to its instances: reference, mailbox, children, watches, behaviour
/// stack. Everything here runs on the actor's thread of the moment, except sending, the children's look-up and creation
/// (guardians' children are made by any thread), and the mailbox's swap.
/// </summary>
public partial class ActorCell : IUntypedActorContext
{
    /// <summary>The incarnation is unknown.</summary>
    public const int UndefinedUid = 0;

    private readonly ActorSystemImpl _system;
    private readonly IInternalActorRef _self;
    private readonly IInternalActorRef _parent;
    private readonly IActorRef _deadLetters;
    private readonly bool _serializeAllMessages;
    private readonly ChildrenContainer _children = new();

    private Mailbox _mailbox;
    private ActorBase _actor;
    private SupervisorStrategy _strategy;
    // Apart from the cell: it is written with every message, and senders on other cores read the cell.
    private readonly MessageInWork _work = new();
    private ActorTaskScheduler _taskScheduler;

    /// <summary>A cell without its actor, which comes with the start.</summary>
    public ActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        _system = system;
        _self = self;
        _parent = parent;
        Props = props;
        Dispatcher = dispatcher;
        _deadLetters = system.DeadLetters;
        _serializeAllMessages = system.Settings.SerializeAllMessages;
    }

    /// <inheritdoc/>
    public ActorSystem System => _system;

    /// <summary>The system.</summary>
    public ActorSystemImpl SystemImpl => _system;

    /// <inheritdoc/>
    public Props Props { get; private set; }

    /// <inheritdoc/>
    public MessageDispatcher Dispatcher { get; }

    /// <inheritdoc/>
    public IActorRef Self => _self;

    /// <inheritdoc/>
    public IInternalActorRef Parent => _parent;

    IActorRef IActorContext.Parent => _parent;

    /// <summary>Of the message in work; never null.</summary>
    public IActorRef Sender => _work.Envelope.Sender ?? _deadLetters;

    /// <summary>The message at hand.</summary>
    public object CurrentMessage => _work.Envelope.Message;

    /// <summary>Where its messages wait.</summary>
    public Mailbox Mailbox => Volatile.Read(ref _mailbox);

    /// <inheritdoc/>
    public bool IsLocal => true;

    /// <inheritdoc/>
    public bool IsTerminated => Mailbox.IsClosed;

    /// <summary>True if a message waits.</summary>
    public bool HasMessages => Mailbox.HasMessages;

    /// <summary>How many wait.</summary>
    public int NumberOfMessages => Mailbox.NumberOfMessages;

    /// <summary>Brings continuations back to the actor.</summary>
    public virtual ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    internal IInternalActorRef InternalSelf => _self;

    internal ActorBase Actor => _actor;

    internal Envelope CurrentEnvelope => _work.Envelope;

    /// <summary>True while it runs.</summary>
    protected bool IsNormal => _children.IsNormal;

    /// <summary>True once it stops.</summary>
    protected bool IsTerminating => _children.IsTerminating;

    /// <summary>The actor at work on this thread, or no sender.</summary>
    public static IActorRef GetCurrentSelfOrNoSender() =>
        (InternalCurrentActorCellKeeper.Current ?? InternalCurrentActorCellKeeper.Lent)?._self;

    /// <summary>The sender of the message at hand on this thread, or no sender.</summary>
    public static IActorRef GetCurrentSenderOrNoSender() => InternalCurrentActorCellKeeper.Current?.Sender;

    /// <summary>Gives the cell its mailbox, with the Create message in it; nothing runs before <see cref="Start"/>.</summary>
    public void Init(bool sendSupervise, MailboxType mailboxType)
    {
        Mailbox mailbox = new(mailboxType.Create(_self, _system));
        mailbox.SetActor(this);
        Volatile.Write(ref _mailbox, mailbox);
        mailbox.SystemEnqueue(_self, new Create());
        if (sendSupervise) _parent.SendSystemMessage(new Supervise(_self, async: false));
    }

    /// <inheritdoc/>
    public virtual void Start() => Dispatcher.Attach(this);

    /// <inheritdoc/>
    public void Stop() => SendSystemMessage(new Terminate());

    /// <inheritdoc/>
    public void Suspend() => SendSystemMessage(new Suspend());

    /// <inheritdoc/>
    public void Resume(Exception causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    /// <inheritdoc/>
    public void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    /// <inheritdoc/>
    public virtual void SendMessage(IActorRef sender, object message) => SendMessage(new Envelope(message, sender ?? _deadLetters));

    /// <inheritdoc/>
    public virtual void SendMessage(Envelope message) =>
        Dispatcher.Dispatch(this, _serializeAllMessages ? SerializationCheck.Copy(message, _system) : message);

    /// <inheritdoc/>
    public virtual void SendSystemMessage(ISystemMessage systemMessage)
    {
        try
        {
            Dispatcher.SystemDispatch(this, (SystemMessage)systemMessage);
        }
        catch (Exception e)
        {
            _system.EventStream.Publish(new Error(e, _self.Path.ToString(), typeof(ActorCell), "Swallowing exception during message send"));
        }
    }

    /// <summary>Runs the action as if on the actor's turn: Context and the implicit sender are this cell's.</summary>
    public void UseThreadContext(Action action)
    {
        ActorCell previous = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            action();
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = previous;
        }
    }

    /// <inheritdoc/>
    public ActorSelection ActorSelection(string path) => ActorRefFactoryShared.ActorSelection(path, _system, _self);

    /// <inheritdoc/>
    public ActorSelection ActorSelection(ActorPath path) => ActorRefFactoryShared.ActorSelection(path, _system);

    internal Mailbox SwapMailbox(Mailbox mailbox) => Interlocked.Exchange(ref _mailbox, mailbox);

    /// <summary>A number that no earlier incarnation of the same name is likely to have had; never 0.</summary>
    internal static long NewUid() => Random.Shared.NextInt64(1, int.MaxValue);

    private SupervisorStrategy Strategy => _strategy ??= Props.SupervisorStrategy ?? _actor?.CreateSupervisorStrategy()
        ?? SupervisorStrategy.DefaultStrategy;

    private void PublishError(Exception cause, string message) =>
        _system.EventStream.Publish(new Error(cause, _self.Path.ToString(), ActorType, message));

    private void PublishDebug(string message) => _system.EventStream.Publish(new Debug(_self.Path.ToString(), ActorType, message));

    private Type ActorType => _actor?.GetType() ?? typeof(ActorCell);

    /// <summary>What the actor is working on; with room around it, so that it shares a cache line with nothing that senders read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 152)]
    private sealed class MessageInWork
    {
        [FieldOffset(64)]
        public Envelope Envelope;

        /// <summary>How many user messages have been taken.</summary>
        [FieldOffset(80)]
        public long Number;
    }
}

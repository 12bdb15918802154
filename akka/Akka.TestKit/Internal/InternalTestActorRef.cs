using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Util.Internal;

namespace Akka.TestKit.Internal;

/// <summary>A local reference to an actor on the calling thread's dispatcher.</summary>
public class InternalTestActorRef : LocalActorRef
{
    private static readonly AtomicCounterLong Names = new();

    private InternalTestActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor, ActorPath path)
        : base(system, props, dispatcher, mailboxType, supervisor, path)
    {
    }

    /// <summary>The instance of the moment.</summary>
    public object UnderlyingActor =>
        Cell.Actor ?? throw new IllegalActorStateException($"The actor {Path} has no instance: it could not be created, or has stopped.");

    /// <summary>Makes the actor as a child of <paramref name="supervisor"/> (the user guardian by default); it has started on return.</summary>
    public static InternalTestActorRef Create(ActorSystem system, Props props, IActorRef supervisor = null, string name = null)
    {
        var impl = (ActorSystemImpl)system;
        var parent = (LocalActorRef)(supervisor ?? impl.Guardian);
        name ??= CreateUniqueName();
        var testProps = props.Deploy.Dispatcher == Deploy.NoDispatcherGiven ? props.WithDispatcher(CallingThreadDispatcher.Id) : props;
        var dispatcher = impl.Dispatchers.Lookup(testProps.Dispatcher);
        var mailbox = impl.Mailboxes.GetMailboxType(testProps, dispatcher.Configurator.Config);
        parent.Cell.ReserveChild(name);
        var path = new ChildActorPath(parent.Path, name, ActorCell.NewUid());
        var created = new InternalTestActorRef(impl, testProps, dispatcher, mailbox, parent, path);
        parent.Cell.InitChild(created);
        created.Start();
        return created;
    }

    /// <summary>A name for an actor that was given none.</summary>
    public static string CreateUniqueName() => "$$" + Names.GetAndIncrement();

    /// <summary>Handles the message now, on this thread, past the mailbox; what the actor throws comes out here.</summary>
    public void Receive(object message, IActorRef sender = null) => Cell.ReceiveMessageForTest(EnvelopeFor(message, sender));

    /// <summary>As <see cref="Receive"/>; completes when the handler is through, also one that awaits.</summary>
    public async Task ReceiveAsync(object message, IActorRef sender = null)
    {
        Receive(message, sender);

        // While a handler awaits, the mailbox is held: an answer out of it, or the actor's end, tells that the handler is through.
        using var over = new CancellationTokenSource();
        await Task.WhenAny(this.Ask<ActorIdentity>(new Identify(null), over.Token), this.WatchAsync(over.Token));
        over.Cancel();
    }

    /// <summary>Makes the actor watch.</summary>
    public void Watch(IActorRef subject) => Cell.UseThreadContext(() => Cell.Watch(subject));

    /// <summary>Makes the actor stop watching.</summary>
    public void Unwatch(IActorRef subject) => Cell.UseThreadContext(() => Cell.Unwatch(subject));

    /// <inheritdoc/>
    public override string ToString() => $"TestActor[{Path}]";

    private static Envelope EnvelopeFor(object message, IActorRef sender) =>
        new(message, sender ?? ActorCell.GetCurrentSelfOrNoSender());
}

using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Actor;

/// <summary>Sends a message and gives the reply as a task. Continuations run off the actor.</summary>
public static class Futures
{
    /// <summary>Sends a message and gives the first answer. Without a time it waits for <c>akka.actor.ask-timeout</c>, which is for ever.</summary>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    /// <summary>Sends a message and gives the first answer. Without a time it waits for <c>akka.actor.ask-timeout</c>, which is for ever.</summary>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    /// <summary>Sends a message and gives the first answer. Without a time it waits for <c>akka.actor.ask-timeout</c>, which is for ever.</summary>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>Sends a message and gives the first answer. Without a time it waits for <c>akka.actor.ask-timeout</c>, which is for ever.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <summary>Sends a message and gives the first answer. Without a time it waits for <c>akka.actor.ask-timeout</c>, which is for ever.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <summary>Sends a message and gives the first answer. Without a time it waits for <c>akka.actor.ask-timeout</c>, which is for ever.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Ask<T>(self, message, null, timeout, cancellationToken);

    /// <summary>For messages that carry the reference to answer to.</summary>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Ask<T>(self, null, messageFactory, timeout, cancellationToken);

    private static Task<T> Ask<T>(
        ICanTell self, object message, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        IActorRefProvider provider = ProviderOf(self)
            ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FutureActorRef<T> asker = provider.CreateFutureRef(result);
        asker.Arm(timeout ?? provider.Settings.AskTimeout, cancellationToken);
        asker.DeliverAsk(messageFactory is null ? message : messageFactory(asker), self);
        return result.Task;
    }

    private static IActorRefProvider ProviderOf(ICanTell target) => target switch
    {
        ActorSelection selection => ProviderOf(selection.Anchor),
        Nobody => CurrentProvider(),
        IInternalActorRef actor => actor.Provider,
        _ => CurrentProvider(),
    };

    private static IActorRefProvider CurrentProvider() =>
        (Internal.InternalCurrentActorCellKeeper.Current ?? Internal.InternalCurrentActorCellKeeper.Lent)?.SystemImpl.Provider;
}

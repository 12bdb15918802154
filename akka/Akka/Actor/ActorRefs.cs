using System;
using Akka.Util;

namespace Akka.Actor;

/// <summary>References to nobody.</summary>
public static class ActorRefs
{
    /// <summary>A reference to nobody.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>Null: the receiver reads its sender as the dead letters.</summary>
    public static readonly IActorRef NoSender = null;
}

/// <summary>The answer to a look-up that found nothing. Everything sent to it is discarded.</summary>
public sealed class Nobody : MinimalActorRef
{
    /// <summary>The only one.</summary>
    public static Nobody Instance = new();

    private Nobody()
    {
    }

    /// <inheritdoc/>
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/Nobody");

    /// <inheritdoc/>
    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody has no provider");

    /// <inheritdoc/>
    public override ISurrogate ToSurrogate(ActorSystem system) => new NobodySurrogate();

    /// <summary>What is written in place of it.</summary>
    public class NobodySurrogate : ISurrogate
    {
        /// <inheritdoc/>
        public ISurrogated FromSurrogate(ActorSystem system) => Instance;
    }
}

/// <summary>Help with references.</summary>
public static class ActorRefExtensions
{
    /// <summary>True for null, nobody and the dead letters.</summary>
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody or DeadLetterActorRef;

    /// <summary>The reference, or another one if it is nobody.</summary>
    public static IActorRef GetOrElse(this IActorRef actorRef, Func<IActorRef> elseValue) =>
        actorRef.IsNobody() ? elseValue() : actorRef;
}

/// <summary>Help with references.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends with the actor that runs on this thread as the sender, if there is one.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    /// <summary>Sends on with the original sender of the message in work.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}

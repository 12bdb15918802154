using System;
using Akka.Util;

namespace Akka.Actor;

public static class ActorRefs
{
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>Null: the receiver reads its sender as the dead letters.</summary>
    public static readonly IActorRef NoSender = null;
}

/// <summary>The answer to a look-up that found nothing. Everything sent to it is discarded.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static Nobody Instance = new();

    private Nobody()
    {
    }

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/Nobody");

    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody has no provider");

    public override ISurrogate ToSurrogate(ActorSystem system) => new NobodySurrogate();

    public class NobodySurrogate : ISurrogate
    {
        public ISurrogated FromSurrogate(ActorSystem system) => Instance;
    }
}

public static class ActorRefExtensions
{
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody or DeadLetterActorRef;

    public static IActorRef GetOrElse(this IActorRef actorRef, Func<IActorRef> elseValue) =>
        actorRef.IsNobody() ? elseValue() : actorRef;
}

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends with the actor that runs on this thread as the sender, if there is one.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    /// <summary>Sends on with the original sender of the message in work.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}

using Akka.Actor;

namespace Akka.Remote.Associations;

/// <summary>A message on its way to a peer.</summary>
internal readonly record struct OutboundItem(object Message, IActorRef Sender, RemoteActorRef Recipient, bool IsSystem, bool IsUrgent = false);

/// <summary>Overtakes what waits for the same peer: who is watched must not seem dead because others have much to say to it.</summary>
internal interface IPriorityMessage;

using Akka.Actor;

namespace Akka.Remote.Associations;

/// <summary>A message on its way to a peer.</summary>
internal readonly record struct OutboundItem(object Message, IActorRef Sender, RemoteActorRef Recipient, bool IsSystem);

using Akka.Actor.Internal;

namespace Akka.Actor;

public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string name = null) where TActor : ActorBase, new() =>
        factory.ActorOf(Props.Create<TActor>(), name);

    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) =>
        ActorRefFactoryShared.ActorSelection(anchorRef, actorPath);
}

/// <summary>The texts and paths that a selection can be made of.</summary>
public static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system) =>
        new(((ExtendedActorSystem)system).Provider.RootGuardianAt(actorPath.Address), actorPath.Elements);

    /// <summary>A full URI, /absolute, or relative to <paramref name="lookupRoot"/>.</summary>
    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        IActorRefProvider provider = ((ExtendedActorSystem)system).Provider;
        if (path.Contains("://") && Address.TryParse(path, out Address address, out string absolute))
            return new ActorSelection(provider.RootGuardianAt(address), absolute);
        return path.StartsWith('/') ? new ActorSelection(provider.RootGuardian, path) : new ActorSelection(lookupRoot, path);
    }

    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);
}

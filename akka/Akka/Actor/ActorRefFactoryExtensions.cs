using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>Short forms.</summary>
public static class ActorRefFactoryExtensions
{
    /// <summary>Makes an actor; below the caller if that is one.</summary>
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string name = null) where TActor : ActorBase, new() =>
        factory.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Names actors by a path, which may have wildcards.</summary>
    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) =>
        ActorRefFactoryShared.ActorSelection(anchorRef, actorPath);
}

/// <summary>The texts and paths that a selection can be made of.</summary>
public static class ActorRefFactoryShared
{
    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);
}

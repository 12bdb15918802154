using System;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Takes messages.</summary>
public interface ICanTell
{
    /// <summary>Sends a message; does not wait.</summary>
    void Tell(object message, IActorRef sender);
}

/// <summary>The way to an actor.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, ISurrogated, IComparable
{
    /// <summary>Where the actor is.</summary>
    ActorPath Path { get; }
}

/// <summary>True if the actor is in this system.</summary>
public interface IActorRefScope
{
    /// <summary>True if the actor is in this system.</summary>
    bool IsLocal { get; }
}

/// <summary>Can be told of the end of actors.</summary>
public interface ICanWatch
{
    /// <summary>Asks to be told of the end of an actor.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Asks to be told of the end of an actor, with that message.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Ends it; a notification under way does not come.</summary>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>Makes and finds actors.</summary>
public interface IActorRefFactory
{
    /// <summary>Makes an actor; below the caller if that is one.</summary>
    IActorRef ActorOf(Props props, string name = null);

    /// <summary>Names actors by a path, which may have wildcards.</summary>
    ActorSelection ActorSelection(ActorPath actorPath);

    /// <summary>Names actors by a path, which may have wildcards.</summary>
    ActorSelection ActorSelection(string actorPath);
}

/// <summary>Handles a message; false if it is not for it.</summary>
public delegate bool Receive(object message);

/// <summary>Handles a message.</summary>
public delegate void UntypedReceive(object message);

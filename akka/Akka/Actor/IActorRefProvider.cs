using System;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Serialization;

namespace Akka.Actor;

/// <summary>Makes and finds references: the seam by which remoting and clustering come into a system.</summary>
public interface IActorRefProvider
{
    /// <summary>The root of all actors.</summary>
    IInternalActorRef RootGuardian { get; }

    /// <summary>The parent of all actors of the user.</summary>
    LocalActorRef Guardian { get; }

    /// <summary>The parent of all actors of modules.</summary>
    LocalActorRef SystemGuardian { get; }

    /// <summary>Where messages go that nobody gets.</summary>
    IActorRef DeadLetters { get; }

    /// <summary>A reference that drops everything.</summary>
    IActorRef IgnoreRef { get; }

    /// <summary>Where paths begin.</summary>
    ActorPath RootPath { get; }

    /// <summary>What the configuration says.</summary>
    Settings Settings { get; }

    /// <summary>What is set for which path.</summary>
    Deployer Deployer { get; }

    /// <summary>The parent of references that live for one answer.</summary>
    IInternalActorRef TempContainer { get; }

    /// <summary>Completes when the root guardian is gone.</summary>
    Task TerminationTask { get; }

    /// <summary>The address under which others reach this system.</summary>
    Address DefaultAddress { get; }

    /// <summary>The address under which references are written.</summary>
    Information SerializationInformation { get; }

    /// <summary>The root of the system at that address.</summary>
    IActorRef RootGuardianAt(Address address);

    /// <summary>Runs once, when the system is there.</summary>
    void Init(ActorSystemImpl system);

    /// <summary>A path for a reference that lives for one answer.</summary>
    ActorPath TempPath();

    /// <summary>Makes such a reference known.</summary>
    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    /// <summary>Forgets it.</summary>
    void UnregisterTempActor(ActorPath path);

    /// <summary>A reference whose first message is the answer.</summary>
    FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs);

    /// <summary>Makes an actor.</summary>
    IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async);

    /// <summary>The reference with that path, whether or not somebody is there.</summary>
    IActorRef ResolveActorRef(string path);

    /// <summary>The reference with that path, whether or not somebody is there.</summary>
    IActorRef ResolveActorRef(ActorPath actorPath);

    /// <summary>Under which address this system can be reached from the given one; null when it can not.</summary>
    Address GetExternalAddressFor(Address address);
}

using System;
using System.Linq.Expressions;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Making, watching and finding actors of the kit's system.</summary>
public abstract partial class TestKitBase
{
    /// <summary>Makes an actor below the user guardian.</summary>
    public IActorRef ActorOf(Props props) => _system.ActorOf(props, null);

    /// <summary>Makes an actor below the user guardian.</summary>
    public IActorRef ActorOf(Props props, string name) => _system.ActorOf(props, name);

    /// <summary>Makes an actor below the user guardian.</summary>
    public IActorRef ActorOf<TActor>() where TActor : ActorBase, new() => ActorOf(Props.Create<TActor>(), null);

    /// <summary>Makes an actor below the user guardian.</summary>
    public IActorRef ActorOf<TActor>(string name) where TActor : ActorBase, new() => ActorOf(Props.Create<TActor>(), name);

    /// <summary>Makes an actor below the user guardian.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase => ActorOf(Props.Create(factory), null);

    /// <summary>Makes an actor below the user guardian.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name) where TActor : ActorBase => ActorOf(Props.Create(factory), name);

    /// <summary>Names actors by a path.</summary>
    public ActorSelection ActorSelection(ActorPath actorPath) => _system.ActorSelection(actorPath);

    /// <summary>Names actors by a path.</summary>
    public ActorSelection ActorSelection(string actorPath) => _system.ActorSelection(actorPath);

    /// <summary>Names actors by a path.</summary>
    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => new(anchorRef, actorPath);

    /// <summary>Makes the test actor watch; returns once it does.</summary>
    public IActorRef Watch(IActorRef actorToWatch) => WatchAsync(actorToWatch).GetAwaiter().GetResult();

    /// <summary>Makes the test actor watch; completes once it does.</summary>
    public Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        var watch = new TestKit.TestActor.Watch(actorToWatch);
        _testActor.Tell(watch, ActorRefs.NoSender);
        return watch.Done.Task.WaitAsync(RemainingOrDefault);
    }

    /// <summary>Makes the test actor stop watching; returns once it has.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch) => UnwatchAsync(actorToUnwatch).GetAwaiter().GetResult();

    /// <summary>Makes the test actor stop watching; completes once it has.</summary>
    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        var unwatch = new TestKit.TestActor.Unwatch(actorToUnwatch);
        _testActor.Tell(unwatch, ActorRefs.NoSender);
        return unwatch.Done.Task.WaitAsync(RemainingOrDefault);
    }

    /// <summary>Makes an actor whose instance the test can touch, and which handles messages on the thread that sends them.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, IActorRef supervisor, string name = null) where TActor : ActorBase =>
        new(_system, props, supervisor, name);

    /// <summary>Makes an actor whose instance the test can touch, and which handles messages on the thread that sends them.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, string name = null) where TActor : ActorBase =>
        new(_system, props, null, name);

    /// <summary>Makes an actor whose instance the test can touch, and which handles messages on the thread that sends them.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, IActorRef supervisor, string name = null)
        where TActor : ActorBase =>
        new(_system, Props.Create(factory), supervisor, name);

    /// <summary>Makes an actor whose instance the test can touch, and which handles messages on the thread that sends them.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, string name = null) where TActor : ActorBase =>
        new(_system, Props.Create(factory), null, name);

    /// <summary>Makes an actor whose instance the test can touch, and which handles messages on the thread that sends them.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(IActorRef supervisor, string name = null) where TActor : ActorBase, new() =>
        new(_system, Props.Create<TActor>(), supervisor, name);

    /// <summary>Makes an actor whose instance the test can touch, and which handles messages on the thread that sends them.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string name = null) where TActor : ActorBase, new() =>
        new(_system, Props.Create<TActor>(), null, name);
}

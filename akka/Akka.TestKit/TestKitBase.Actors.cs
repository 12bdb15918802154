using System;
using System.Linq.Expressions;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Making, watching and finding actors of the kit's system.</summary>
public abstract partial class TestKitBase
{
    public IActorRef ActorOf(Props props) => _system.ActorOf(props, null);

    public IActorRef ActorOf(Props props, string name) => _system.ActorOf(props, name);

    public IActorRef ActorOf<TActor>() where TActor : ActorBase, new() => ActorOf(Props.Create<TActor>(), null);

    public IActorRef ActorOf<TActor>(string name) where TActor : ActorBase, new() => ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase => ActorOf(Props.Create(factory), null);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name) where TActor : ActorBase => ActorOf(Props.Create(factory), name);

    public ActorSelection ActorSelection(ActorPath actorPath) => _system.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => _system.ActorSelection(actorPath);

    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => new(anchorRef, actorPath);

    /// <summary>Makes the test actor watch; returns once it does.</summary>
    public IActorRef Watch(IActorRef actorToWatch) => WatchAsync(actorToWatch).GetAwaiter().GetResult();

    public Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        var watch = new TestKit.TestActor.Watch(actorToWatch);
        _testActor.Tell(watch, ActorRefs.NoSender);
        return watch.Done.Task.WaitAsync(RemainingOrDefault);
    }

    /// <summary>Makes the test actor stop watching; returns once it has.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch) => UnwatchAsync(actorToUnwatch).GetAwaiter().GetResult();

    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        var unwatch = new TestKit.TestActor.Unwatch(actorToUnwatch);
        _testActor.Tell(unwatch, ActorRefs.NoSender);
        return unwatch.Done.Task.WaitAsync(RemainingOrDefault);
    }

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, IActorRef supervisor, string name = null) where TActor : ActorBase =>
        new(_system, props, supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, string name = null) where TActor : ActorBase =>
        new(_system, props, null, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, IActorRef supervisor, string name = null)
        where TActor : ActorBase =>
        new(_system, Props.Create(factory), supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, string name = null) where TActor : ActorBase =>
        new(_system, Props.Create(factory), null, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(IActorRef supervisor, string name = null) where TActor : ActorBase, new() =>
        new(_system, Props.Create<TActor>(), supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string name = null) where TActor : ActorBase, new() =>
        new(_system, Props.Create<TActor>(), null, name);
}

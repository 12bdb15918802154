using Akka.Actor;

namespace Akka.Contract.Tests.Actors;

/// <summary>Reports every hook to a probe, answers "who", throws on "fail", makes children on request.</summary>
internal class HookedActor : ReceiveActor
{
    private readonly string _name;
    private readonly IActorRef _probe;

    public HookedActor(string name, IActorRef probe)
    {
        _name = name;
        _probe = probe;
        Report("constructor");
        Receive<Spawn>(spawn => Sender.Tell(Context.ActorOf(Props.Create(() => new HookedActor(spawn.Name, probe)), spawn.Name)));
        Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
        Receive<string>(text => Report(text));
    }

    protected override void PreStart()
    {
        Report("PreStart");
        base.PreStart();
    }

    protected override void PostStop()
    {
        Report("PostStop");
        base.PostStop();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Report("PreRestart " + message);
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        Report("PostRestart");
        base.PostRestart(reason);
    }

    private void Report(string what) => _probe.Tell($"{_name}: {what}", Self);
}

internal sealed record Spawn(string Name);

internal sealed class TestException(string message) : Exception(message);

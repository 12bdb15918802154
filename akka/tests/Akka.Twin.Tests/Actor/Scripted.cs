using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Twin.Tests.Actor;

/// <summary>An actor that does what the test gives it and reports its hooks.</summary>
public sealed class Scripted : UntypedActor, IDisposable
{
    private readonly Script _script;
    private readonly int _incarnation;

    public Scripted(Script script)
    {
        _script = script;
        _incarnation = ++script.Incarnations;
        script.Report("new" + _incarnation);
        script.OnConstruct?.Invoke(this);
    }

    public IActorContext Own => Context;

    public new IActorRef Self => base.Self;

    public new IActorRef Sender => base.Sender;

    public void Dispose() => _script.Report("dispose" + _incarnation);

    public void PassOn(object message) => Unhandled(message);

    protected override void OnReceive(object message) => _script.OnMessage(this, message);

    protected override SupervisorStrategy SupervisorStrategy() => _script.Strategy ?? base.SupervisorStrategy();

    protected override void PreStart()
    {
        _script.Report("preStart" + _incarnation);
        _script.OnPreStart?.Invoke(this);
    }

    protected override void PostStop()
    {
        _script.Report("postStop" + _incarnation);
        _script.OnPostStop?.Invoke(this);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _script.Report("preRestart" + _incarnation + ":" + message);
        if (!_script.KeepChildren) base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        _script.Report("postRestart" + _incarnation);
        _script.OnPostRestart?.Invoke(this);
        base.PostRestart(reason);
    }
}

public sealed class Script
{
    public Action<object> Report { get; init; } = static _ => { };

    public Action<Scripted, object> OnMessage { get; set; } = static (_, _) => { };

    public Action<Scripted> OnConstruct { get; init; }

    public Action<Scripted> OnPreStart { get; set; }

    public Action<Scripted> OnPostStop { get; init; }

    public Action<Scripted> OnPostRestart { get; init; }

    public SupervisorStrategy Strategy { get; init; }

    public bool KeepChildren { get; init; }

    public int Incarnations { get; set; }

    public Props Props => Akka.Actor.Props.Create(() => new Scripted(this));
}

public sealed class TestFailure : Exception
{
    public TestFailure(string message = "planned") : base(message)
    {
    }
}

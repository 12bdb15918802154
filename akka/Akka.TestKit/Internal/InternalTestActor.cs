using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>The actor behind a test kit or a probe: everything that it gets waits in a queue for the test.</summary>
internal sealed class InternalTestActor : ActorBase
{
    private readonly TestMessageQueue _queue;
    private TestActor.Ignore _ignore;
    private AutoPilot _autoPilot = AutoPilot.NoAutoPilot;

    public InternalTestActor(TestMessageQueue queue)
    {
        _queue = queue;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case TestActor.SetIgnore setIgnore:
                _ignore = setIgnore.Ignore;
                return true;
            case TestActor.SetAutoPilot setAutoPilot:
                _autoPilot = setAutoPilot.AutoPilot;
                return true;
            case TestActor.Watch watch:
                Context.Watch(watch.Actor);
                watch.Done.TrySetResult(watch.Actor);
                return true;
            case TestActor.Unwatch unwatch:
                Context.Unwatch(unwatch.Actor);
                unwatch.Done.TrySetResult(unwatch.Actor);
                return true;
        }

        var next = _autoPilot.Run(Sender, message);
        _autoPilot = next is KeepRunning ? _autoPilot : next;
        if (_ignore == null || !_ignore(message))
        {
            _queue.Add(new RealMessageEnvelope(message, Sender));
        }

        return true;
    }

    /// <summary>What the test has not asked for becomes dead letters.</summary>
    protected override void PostStop()
    {
        while (_queue.Next(System.TimeSpan.Zero, take: true, default) is { } left)
        {
            var deadLetters = Context.System.DeadLetters;
            deadLetters.Tell(new DeadLetter(left.Message, left.Sender ?? deadLetters, Self), left.Sender);
        }
    }
}

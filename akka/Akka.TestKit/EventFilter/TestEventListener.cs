using System.Collections.Generic;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>
/// The default logger with filters in front. Filters come and go through the event stream, in order with the events themselves:
/// what happens after a Mute is published is seen by its filters.
/// </summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                initialize.LoggingBus.Subscribe(Self, typeof(Mute));
                initialize.LoggingBus.Subscribe(Self, typeof(Unmute));
                initialize.LoggingBus.Subscribe(Self, typeof(DeadLetter));
                initialize.LoggingBus.Subscribe(Self, typeof(UnhandledMessage));
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                {
                    _filters.Remove(filter);
                }

                return true;
            case LogEvent logEvent:
                PrintUnlessFiltered(logEvent);
                return true;
            case DeadLetter deadLetter:
                HandleDeadLetter(deadLetter);
                return true;
            case UnhandledMessage unhandled:
                HandleUnhandled(unhandled);
                return true;
            default:
                Print(new Debug(Context.System.Name, GetType(), message));
                return true;
        }
    }

    private void HandleDeadLetter(DeadLetter deadLetter)
    {
        // The dead letter listener logs them already; here they are only shown to the filters.
        if (deadLetter.Message is not ISystemMessage)
        {
            ShouldFilter(new Warning(deadLetter.Recipient.Path.ToString(), deadLetter.Recipient.GetType(), deadLetter));
        }
    }

    private void HandleUnhandled(UnhandledMessage unhandled) => PrintUnlessFiltered(new Warning(
        unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), $"Unhandled message from {unhandled.Sender}: {unhandled.Message}"));

    private void PrintUnlessFiltered(LogEvent logEvent)
    {
        if (!ShouldFilter(logEvent))
        {
            Print(logEvent);
        }
    }

    private bool ShouldFilter(LogEvent logEvent)
    {
        foreach (var filter in _filters)
        {
            if (Matches(filter, logEvent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A filter of the test's that throws fails to match; it must not stop the logger.</summary>
    private static bool Matches(IEventFilter filter, LogEvent logEvent)
    {
        try
        {
            return filter.Apply(logEvent);
        }
        catch (System.Exception)
        {
            return false;
        }
    }
}

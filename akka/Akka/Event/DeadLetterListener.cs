using System;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Logs dead letters, up to a number of them; then it is silent for a time and begins again. (For ever, if that time is infinite.)
/// </summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _eventStream = Context.System.EventStream;
    private readonly int _limit = Context.System.Settings.LogDeadLetters;
    private readonly bool _unlimited = Context.System.Settings.LogDeadLetters == int.MaxValue;
    private readonly bool _duringShutdown = Context.System.Settings.LogDeadLettersDuringShutdown;
    private readonly TimeSpan _suspendDuration = Context.System.Settings.LogDeadLettersSuspendDuration;
    private int _count;
    private DateTimeOffset _silentUntil = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _eventStream.Subscribe(Self, typeof(DeadLetter));
        _eventStream.Subscribe(Self, typeof(Dropped));
        _eventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
    }

    /// <inheritdoc/>
    protected override void PostStop() => _eventStream.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter) return false;
        if (letter is UnhandledMessage && !Context.System.Settings.DebugUnhandledMessage) return true;
        if (!_duringShutdown && ((Actor.Internal.ActorSystemImpl)Context.System).IsTerminating) return true;
        if (DateTimeOffset.UtcNow < _silentUntil) return true;
        _count++;
        bool last = !_unlimited && _count >= _limit;
        Log(letter, last);
        if (!last) return true;
        if (_suspendDuration == System.Threading.Timeout.InfiniteTimeSpan)
        {
            Context.Stop(Self);
            return true;
        }

        _silentUntil = DateTimeOffset.UtcNow + _suspendDuration;
        _count = 0;
        return true;
    }

    private void Log(AllDeadLetters letter, bool last)
    {
        string kind = letter is Dropped dropped ? "was dropped. " + dropped.Reason + "." : letter is UnhandledMessage ? "was not handled." : "was not delivered.";
        string text = "Message [" + WrappedMessage.Unwrap(letter.Message).GetType().Name + "] "
            + (letter.Message is IWrappedMessage ? "wrapped in [" + letter.Message.GetType().Name + "] " : "")
            + (letter.Sender.IsNobody() ? "without sender" : "from " + letter.Sender) + " to " + letter.Recipient + " " + kind
            + " [" + _count + "] dead letters encountered" + (last ? ", no more dead letters will be logged in next [" + _suspendDuration + "]" : "") + "."
            + " If this is not an expected behavior then " + letter.Recipient + " may have terminated unexpectedly."
            + " This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and"
            + " 'akka.log-dead-letters-during-shutdown'.";
        _eventStream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), text));
    }
}

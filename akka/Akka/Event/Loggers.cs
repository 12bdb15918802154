using System;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The queue of loggers.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics
{
}

/// <summary>Writes to the standard output; the logger when nothing else is configured.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private MinimalLogger _output;

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                _output = Context.System.Settings.StdoutLogger;
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes an event.</summary>
    protected virtual void Print(LogEvent logEvent) => _output.Tell(logEvent, Self);
}

/// <summary>A logger without an actor: prints on the thread that logs.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    /// <inheritdoc/>
    public sealed override IActorRefProvider Provider => throw new NotSupportedException("This logger does not provide.");

    /// <inheritdoc/>
    public sealed override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");

    /// <summary>Writes an event.</summary>
    protected abstract void Log(object message);

    /// <inheritdoc/>
    protected sealed override void TellInternal(object message, IActorRef sender) => Log(message);
}

/// <summary>Writes to the console.</summary>
public class StandardOutLogger : MinimalLogger
{
    private static readonly object ConsoleLock = new();

    /// <summary>The colour of such events.</summary>
    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    /// <summary>The colour of such events.</summary>
    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    /// <summary>The colour of such events.</summary>
    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    /// <summary>The colour of such events.</summary>
    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    /// <summary>Whether there are colours.</summary>
    public static bool UseColors { get; set; } = true;

    /// <inheritdoc/>
    protected override void Log(object message)
    {
        switch (message)
        {
            case LogEvent logEvent:
                Print(logEvent);
                break;
            default:
                Console.WriteLine(message);
                break;
        }
    }

    private static void Print(LogEvent logEvent)
    {
        string text = logEvent.ToString();
        if (!UseColors || Console.IsOutputRedirected)
        {
            Console.WriteLine(text);
            return;
        }

        lock (ConsoleLock)
        {
            Console.ForegroundColor = logEvent.LogLevel() switch
            {
                LogLevel.DebugLevel => DebugColor,
                LogLevel.InfoLevel => InfoColor,
                LogLevel.WarningLevel => WarningColor,
                _ => ErrorColor,
            };
            Console.WriteLine(text);
            Console.ResetColor();
        }
    }
}

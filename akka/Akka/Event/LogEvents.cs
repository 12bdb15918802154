using System;
using System.Threading;
using Akka.Actor;

namespace Akka.Event;

/// <summary>A line of the log on its way to the loggers; its text is made there, not where it was written.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    /// <summary>An event of the log.</summary>
    protected LogEvent()
    {
        Timestamp = DateTime.UtcNow;
        Thread = Thread.CurrentThread;
    }

    /// <summary>When, in UTC.</summary>
    public DateTime Timestamp { get; }

    /// <summary>On which thread.</summary>
    public Thread Thread { get; }

    /// <summary>The exception, or null.</summary>
    public Exception Cause { get; protected set; }

    /// <summary>Who logs, as text.</summary>
    public string LogSource { get; protected set; }

    /// <summary>Who logs, as a type.</summary>
    public Type LogClass { get; protected set; }

    /// <summary>The text, or what makes it.</summary>
    public object Message { get; protected set; }

    /// <summary>How grave it is.</summary>
    public abstract LogLevel LogLevel();

    /// <inheritdoc/>
    public override string ToString()
    {
        string level = LogLevel().StringFor();
        string text = "[" + level + "][" + Timestamp.ToString("O", System.Globalization.CultureInfo.InvariantCulture) + "][Thread "
            + Thread.ManagedThreadId.ToString("0000", System.Globalization.CultureInfo.InvariantCulture) + "][" + LogSource + "] " + Message;
        return Cause is null ? text : text + Environment.NewLine + "Cause: " + Cause;
    }
}

/// <summary>An event of that level.</summary>
public class Debug : LogEvent
{
    /// <summary>An event of the log.</summary>
    public Debug(string logSource, Type logClass, object message) : this(null, logSource, logClass, message)
    {
    }

    /// <summary>An event of the log.</summary>
    public Debug(Exception cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>An event of that level.</summary>
public class Info : LogEvent
{
    /// <summary>An event of the log.</summary>
    public Info(string logSource, Type logClass, object message) : this(null, logSource, logClass, message)
    {
    }

    /// <summary>An event of the log.</summary>
    public Info(Exception cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

/// <summary>An event of that level.</summary>
public class Warning : LogEvent
{
    /// <summary>An event of the log.</summary>
    public Warning(string logSource, Type logClass, object message) : this(null, logSource, logClass, message)
    {
    }

    /// <summary>An event of the log.</summary>
    public Warning(Exception cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

/// <summary>An event of that level.</summary>
public class Error : LogEvent
{
    /// <summary>An event of the log.</summary>
    public Error(Exception cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}

/// <summary>To a logger actor: start, and answer with <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    /// <summary>Asks a logger to subscribe.</summary>
    public InitializeLogger(LoggingBus loggingBus)
    {
        LoggingBus = loggingBus;
    }

    /// <summary>To what.</summary>
    public LoggingBus LoggingBus { get; }
}

/// <summary>The logger's answer.</summary>
public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
}

using System;

namespace Akka.Event;

/// <summary>A source of log events. The methods that one calls (Info, Error, ...) are in <see cref="LoggingExtensions"/>.</summary>
public interface ILoggingAdapter
{
    /// <summary>Makes the texts.</summary>
    ILogMessageFormatter Formatter { get; }

    /// <summary>True if this is logged at all.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>True if this is logged at all.</summary>
    bool IsInfoEnabled { get; }

    /// <summary>True if this is logged at all.</summary>
    bool IsWarningEnabled { get; }

    /// <summary>True if this is logged at all.</summary>
    bool IsErrorEnabled { get; }

    /// <summary>True if this is logged at all.</summary>
    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs, if the level is logged.</summary>
    void Log(LogLevel logLevel, Exception cause, LogMessage message);

    /// <summary>Logs, if the level is logged.</summary>
    void Log(LogLevel logLevel, Exception cause, string format);
}

/// <summary>The base of logs.</summary>
public abstract class LoggingAdapterBase : ILoggingAdapter
{
    /// <summary>The base of logs.</summary>
    protected LoggingAdapterBase(ILogMessageFormatter logMessageFormatter)
    {
        ArgumentNullException.ThrowIfNull(logMessageFormatter);
        Formatter = logMessageFormatter;
    }

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter { get; }

    /// <inheritdoc/>
    public abstract bool IsDebugEnabled { get; }

    /// <inheritdoc/>
    public abstract bool IsInfoEnabled { get; }

    /// <inheritdoc/>
    public abstract bool IsWarningEnabled { get; }

    /// <inheritdoc/>
    public abstract bool IsErrorEnabled { get; }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => IsDebugEnabled,
        LogLevel.InfoLevel => IsInfoEnabled,
        LogLevel.WarningLevel => IsWarningEnabled,
        LogLevel.ErrorLevel => IsErrorEnabled,
        _ => throw new NotSupportedException("Unknown LogLevel " + logLevel),
    };

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception cause, LogMessage message)
    {
        if (IsEnabled(logLevel)) NotifyLog(logLevel, message, cause);
    }

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception cause, string format)
    {
        if (IsEnabled(logLevel)) NotifyLog(logLevel, format, cause);
    }

    /// <summary>Hands the event on.</summary>
    protected abstract void NotifyLog(LogLevel logLevel, object message, Exception cause = null);
}

/// <summary>Publishes on the bus.</summary>
public sealed class BusLogging : LoggingAdapterBase
{
    /// <summary>Publishes events of that source.</summary>
    public BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter logMessageFormatter) : base(logMessageFormatter)
    {
        Bus = bus;
        LogSource = logSource;
        LogClass = logClass;
    }

    /// <summary>Where they are published.</summary>
    public LoggingBus Bus { get; }

    /// <summary>Who logs, as text.</summary>
    public string LogSource { get; }

    /// <summary>Who logs, as a type.</summary>
    public Type LogClass { get; }

    /// <inheritdoc/>
    public override bool IsDebugEnabled => Bus.LogLevel <= LogLevel.DebugLevel;

    /// <inheritdoc/>
    public override bool IsInfoEnabled => Bus.LogLevel <= LogLevel.InfoLevel;

    /// <inheritdoc/>
    public override bool IsWarningEnabled => Bus.LogLevel <= LogLevel.WarningLevel;

    /// <inheritdoc/>
    public override bool IsErrorEnabled => Bus.LogLevel <= LogLevel.ErrorLevel;

    /// <inheritdoc/>
    protected override void NotifyLog(LogLevel logLevel, object message, Exception cause = null) => Bus.Publish(logLevel switch
    {
        LogLevel.DebugLevel => new Debug(cause, LogSource, LogClass, message),
        LogLevel.InfoLevel => new Info(cause, LogSource, LogClass, message),
        LogLevel.WarningLevel => new Warning(cause, LogSource, LogClass, message),
        LogLevel.ErrorLevel => new Error(cause, LogSource, LogClass, message),
        _ => throw new NotSupportedException("Unknown LogLevel " + logLevel),
    });
}

/// <summary>Logs nothing.</summary>
public sealed class NoLogger : ILoggingAdapter
{
    /// <summary>The only one.</summary>
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger()
    {
    }

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    /// <inheritdoc/>
    public bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public bool IsInfoEnabled => false;

    /// <inheritdoc/>
    public bool IsWarningEnabled => false;

    /// <inheritdoc/>
    public bool IsErrorEnabled => false;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => false;

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception cause, LogMessage message)
    {
    }

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception cause, string format)
    {
    }
}

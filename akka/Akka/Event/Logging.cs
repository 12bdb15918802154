using System;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Makes loggers and knows the names of the levels.</summary>
public static class Logging
{
    /// <summary>A log with that source.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter logMessageFormatter = null)
    {
        LogSource source = LogSource.Create(context, context.System);
        return new BusLogging(context.System.EventStream, source.Source, source.Type, logMessageFormatter ?? FormatterOf(context.System));
    }

    /// <summary>A log with that source.</summary>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter logMessageFormatter = null)
    {
        LogSource source = LogSource.Create(logSourceObj, system);
        return new BusLogging(system.EventStream, source.Source, source.Type, logMessageFormatter ?? FormatterOf(system));
    }

    /// <summary>A log with that source.</summary>
    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter logMessageFormatter = null)
    {
        LogSource source = LogSource.Create(logSourceObj);
        return new BusLogging(loggingBus, source.Source, source.Type, logMessageFormatter ?? DefaultLogMessageFormatter.Instance);
    }

    /// <summary>DEBUG, INFO, WARNING, ERROR; OFF is above all of them.</summary>
    public static LogLevel LogLevelFor(string logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => Off,
        _ => throw new ArgumentException("Unknown LogLevel: \"" + logLevel + "\". Valid values are: \"DEBUG\", \"INFO\", \"WARNING\", \"ERROR\", \"OFF\"", nameof(logLevel)),
    };

    /// <summary>The level of that name; an error if there is none.</summary>
    public static LogLevel LogLevelFor<T>() where T : LogEvent
    {
        Type type = typeof(T);
        if (type == typeof(Debug)) return LogLevel.DebugLevel;
        if (type == typeof(Info)) return LogLevel.InfoLevel;
        if (type == typeof(Warning)) return LogLevel.WarningLevel;
        if (type == typeof(Error)) return LogLevel.ErrorLevel;
        throw new ArgumentException("Unknown LogEvent type: \"" + type.FullName + "\"");
    }

    /// <summary>The type of events of that level.</summary>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    /// <summary>The name of the level.</summary>
    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        _ => "OFF",
    };

    /// <summary>The name of the type, without its namespace.</summary>
    public static string SimpleName(object o) => SimpleName(o.GetType());

    /// <summary>The name of the type, without its namespace.</summary>
    public static string SimpleName(Type t) => t.Name;

    internal const LogLevel Off = (LogLevel)int.MaxValue;

    private static ILogMessageFormatter FormatterOf(ActorSystem system) => system.Settings?.LogFormatter ?? DefaultLogMessageFormatter.Instance;
}

/// <summary>Who logs: a name and a type.</summary>
public readonly struct LogSource
{
    private LogSource(string source, Type type)
    {
        Source = source;
        Type = type;
    }

    /// <summary>The name.</summary>
    public string Source { get; }

    /// <summary>The type.</summary>
    public Type Type { get; }

    /// <summary>Who logs: a name and a type.</summary>
    public static LogSource Create(object o) => o switch
    {
        IActorContext context => new LogSource(context.Self.Path.ToString(), SourceType(context)),
        IActorRef actor => new LogSource(actor.Path.ToString(), SourceType(actor)),
        string text => new LogSource(text, typeof(DummyClassForStringSources)),
        Type type => new LogSource(Logging.SimpleName(type), type),
        _ => new LogSource(Logging.SimpleName(o), o.GetType()),
    };

    /// <summary>Who logs: a name and a type.</summary>
    public static LogSource Create(object o, ActorSystem system) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, system), SourceType(context)),
        IActorRef actor => new LogSource(FromActorRef(actor, system), SourceType(actor)),
        string text => new LogSource(FromString(text, system), typeof(DummyClassForStringSources)),
        Type type => new LogSource(FromType(type, system), type),
        _ => new LogSource(FromType(o.GetType(), system), o.GetType()),
    };

    /// <summary>Who logs: a name and a type.</summary>
    public static LogSource Create(string source, Type t) => new(source, t);

    /// <summary>Who logs: a name and a type.</summary>
    public static string FromString(string source, ActorSystem system) => source + "(" + system + ")";

    /// <summary>Who logs: a name and a type.</summary>
    public static string FromType(Type t, ActorSystem system) => Logging.SimpleName(t) + "(" + system + ")";

    /// <summary>Who logs: a name and a type.</summary>
    public static string FromActor(IActorContext actor, ActorSystem system) => FromActorRef(actor.Self, system);

    /// <summary>With the address by which others know the system, once there is one.</summary>
    public static string FromActorRef(IActorRef a, ActorSystem system)
    {
        try
        {
            return a.Path.ToStringWithAddress(((ExtendedActorSystem)system).Provider.DefaultAddress);
        }
        catch
        {
            // Too early in the start of the system for it to have an address.
            return a.Path.ToString();
        }
    }

    /// <summary>The type of the object.</summary>
    public static Type SourceType(object o) => o switch
    {
        Type type => type,
        IActorContext context => context.Props.Type,
        LocalActorRef actor => actor.Cell.Props.Type,
        string => typeof(DummyClassForStringSources),
        _ => o.GetType(),
    };
}

/// <summary>The type of sources that are texts.</summary>
public class DummyClassForStringSources
{
}

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Event;

/// <summary>The event bus with its loggers. A logger gets the events of a level by being subscribed to the level's class.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] AllLevels = [Event.LogLevel.DebugLevel, Event.LogLevel.InfoLevel, Event.LogLevel.WarningLevel, Event.LogLevel.ErrorLevel];

    private static int _loggerNumber;

    private readonly List<IActorRef> _loggers = new();
    private readonly object _lock = new();
    private volatile int _level = (int)Event.LogLevel.ErrorLevel;

    /// <summary>What is logged.</summary>
    public LogLevel LogLevel => (LogLevel)_level;

    /// <summary>Loggers get the events of this level and of the more severe ones.</summary>
    public void SetLogLevel(LogLevel logLevel)
    {
        lock (_lock)
        {
            _level = (int)logLevel;
            foreach (IActorRef logger in _loggers) SubscribeLogger(logger, logLevel);
        }
    }

    /// <summary>Lets the console have the events, until the loggers are up.</summary>
    public void StartStdoutLogger(Settings config)
    {
        lock (_lock)
        {
            LogLevel level = Logging.LogLevelFor(config.StdoutLogLevel);
            _level = (int)level;
            _loggers.Add(config.StdoutLogger);
            SubscribeLogger(config.StdoutLogger, level);
        }
    }

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        LogLevel level = Logging.LogLevelFor(system.Settings.LogLevel);
        bool any = false;
        bool stdoutWanted = false;
        foreach (string typeName in system.Settings.Loggers)
        {
            if (string.IsNullOrEmpty(typeName)) continue;
            Type type = Type.GetType(typeName)
                ?? throw new Akka.Configuration.ConfigurationException("Logger specified in config cannot be found: \"" + typeName + "\"");
            if (typeof(MinimalLogger).IsAssignableFrom(type))
            {
                stdoutWanted = true;
                continue;
            }

            AddLogger(system, type, level);
            any = true;
        }

        lock (_lock)
        {
            _level = (int)level;
            if (any && !stdoutWanted) RemoveLogger(system.Settings.StdoutLogger);
            else SubscribeLogger(system.Settings.StdoutLogger, level);
        }

        Publish(new Debug("EventStream", GetType(), "Default Loggers started"));
    }

    internal void StopDefaultLoggers(ActorSystem system)
    {
        lock (_lock)
        {
            LogLevel level = LogLevel;
            if (!_loggers.Contains(system.Settings.StdoutLogger))
            {
                // What is still to be said on the way out goes to the standard output.
                _loggers.Add(system.Settings.StdoutLogger);
                SubscribeLogger(system.Settings.StdoutLogger, Logging.LogLevelFor(system.Settings.StdoutLogLevel));
            }

            foreach (IActorRef logger in _loggers.ToArray())
            {
                if (logger is MinimalLogger) continue;
                RemoveLogger(logger);
                ((IInternalActorRef)logger).Stop();
            }

            _level = (int)level;
        }
    }

    /// <inheritdoc/>
    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    /// <inheritdoc/>
    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event, ActorRefs.NoSender);

    /// <inheritdoc/>
    protected override bool Classify(object @event, Type classifier) => classifier.IsInstanceOfType(@event);

    /// <inheritdoc/>
    protected override Type GetClassifier(object @event) => @event.GetType();

    private void AddLogger(ActorSystemImpl system, Type type, LogLevel level)
    {
        string name = "log" + Interlocked.Increment(ref _loggerNumber) + "-" + type.Name;
        IActorRef logger = system.SystemActorOf(Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher), name);
        TimeSpan timeout = system.Settings.LoggerStartTimeout;
        Task<object> answer = logger.Ask(new InitializeLogger(this), timeout);
        if (!system.Settings.LoggerAsyncStart)
        {
            try
            {
                object response = answer.GetAwaiter().GetResult();
                if (response is not LoggerInitialized)
                    throw new LoggerInitializationException("Logger [" + name + "] did not respond with LoggerInitialized, sent instead " + response);
            }
            catch (AskTimeoutException)
            {
                Publish(new Warning(name, GetType(), "Logger " + name + " did not respond within " + timeout + " to InitializeLogger(bus)"));
            }
        }

        lock (_lock)
        {
            _loggers.Add(logger);
            SubscribeLogger(logger, level);
        }

        Publish(new Debug(name, GetType(), "logger " + name + " [" + type.Name + "] started"));
    }

    private void RemoveLogger(IActorRef logger)
    {
        _loggers.Remove(logger);
        Unsubscribe(logger);
    }

    private void SubscribeLogger(IActorRef logger, LogLevel level)
    {
        foreach (LogLevel other in AllLevels)
        {
            if (other >= level) Subscribe(logger, other.ClassFor());
            else Unsubscribe(logger, other.ClassFor());
        }
    }
}

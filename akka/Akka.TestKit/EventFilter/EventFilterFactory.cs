using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit;

/// <summary>Describes events of the log that a test expects or wants silenced.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    /// <summary>Filters for the events of one system.</summary>
    public EventFilterFactory(TestKitBase testkit) : this(testkit, testkit.Sys)
    {
    }

    /// <summary>Filters for the events of one system.</summary>
    public EventFilterFactory(TestKitBase testkit, ActorSystem system) : this(testkit, system, [])
    {
    }

    /// <summary>Filters for the events of one system.</summary>
    public EventFilterFactory(TestKitBase testkit, ActorSystem actorSystem, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _system = actorSystem;
        _filters = filters;
    }

    /// <summary>Error events with an exception of that type and, if given, with that text in the event or the exception.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string source = null) where TException : Exception =>
        Exception(typeof(TException), pattern, source);

    /// <summary>Error events with an exception of that type and, if given, with that text in the event or the exception.</summary>
    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string source = null, bool checkInnerExceptions = false) =>
        CreateApplier(new ErrorFilter(exceptionType, new RegexMatcher(pattern), SourceMatcher(source), checkInnerExceptions), _system);

    /// <summary>Error events with an exception of that type and, if given, with that text in the event or the exception.</summary>
    public IEventFilterApplier Exception<TException>(string message = null, string start = null, string contains = null, string source = null)
        where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    /// <summary>Error events with an exception of that type and, if given, with that text in the event or the exception.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType, string message = null, string start = null, string contains = null, string source = null, bool checkInnerExceptions = false) =>
        CreateApplier(
            new ErrorFilter(exceptionType, CreateMessageMatcher(message, start, contains), SourceMatcher(source), checkInnerExceptions), _system);

    /// <summary>Error events, if given with that text and source.</summary>
    public IEventFilterApplier Error(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    /// <summary>Error events, if given with that text and source.</summary>
    public IEventFilterApplier Error(Regex pattern, string source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    /// <summary>Warnings, if given with that text and source.</summary>
    public IEventFilterApplier Warning(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    /// <summary>Warnings, if given with that text and source.</summary>
    public IEventFilterApplier Warning(Regex pattern, string source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    /// <summary>Info events, if given with that text and source.</summary>
    public IEventFilterApplier Info(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    /// <summary>Info events, if given with that text and source.</summary>
    public IEventFilterApplier Info(Regex pattern, string source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    /// <summary>Debug events, if given with that text and source.</summary>
    public IEventFilterApplier Debug(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    /// <summary>Debug events, if given with that text and source.</summary>
    public IEventFilterApplier Debug(Regex pattern, string source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    /// <summary>Events of that level, if given with that text and source.</summary>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(logLevel, CreateMessageMatcher(message, start, contains), SourceMatcher(source));

    /// <summary>Events of that level, if given with that text and source.</summary>
    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string source = null) =>
        ForLogLevel(logLevel, new RegexMatcher(pattern), SourceMatcher(source));

    /// <summary>Dead letters, if given of that type and kind, to that recipient.</summary>
    public IEventFilterApplier DeadLetter() => DeadLetters(null, null);

    /// <summary>Dead letters, if given of that type and kind, to that recipient.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(string source = null) => DeadLetter(typeof(TMessage), source);

    /// <summary>Dead letters, if given of that type and kind, to that recipient.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string source = null) =>
        DeadLetters(deadLetter => deadLetter.Message is TMessage message && isMatch(message), source);

    /// <summary>Dead letters, if given of that type and kind, to that recipient.</summary>
    public IEventFilterApplier DeadLetter(Type type, string source = null) =>
        DeadLetters(deadLetter => type.IsInstanceOfType(deadLetter.Message), source);

    /// <summary>Dead letters, if given of that type and kind, to that recipient.</summary>
    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string source = null) =>
        DeadLetters(deadLetter => type.IsInstanceOfType(deadLetter.Message) && isMatch(deadLetter.Message), source);

    /// <summary>Events for which the predicate is true.</summary>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => CreateApplier(new CustomEventFilter(predicate), _system);

    /// <summary>Events for which the predicate is true.</summary>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        CreateApplier(new CustomEventFilter(logEvent => logEvent is TLogEvent typed && predicate(typed)), _system);

    /// <summary>The given text whole, else its start, else a part of it, else any.</summary>
    protected static IStringMatcher CreateMessageMatcher(string message, string start, string contains) =>
        message != null ? new EqualsString(message)
        : start != null ? new StartsWithString(start)
        : contains != null ? new ContainsString(contains)
        : MatchesAll.Instance;

    /// <summary>A filter on top of those chosen so far.</summary>
    protected IEventFilterApplier CreateApplier(EventFilterBase filter, ActorSystem system)
    {
        var filters = new List<EventFilterBase>(_filters) { filter };
        return new InternalEventFilterApplier(_testkit, system, filters);
    }

    private IEventFilterApplier ForLogLevel(LogLevel level, IStringMatcher message, IStringMatcher source) => CreateApplier(
        level switch
        {
            LogLevel.DebugLevel => new DebugFilter(message, source),
            LogLevel.InfoLevel => new InfoFilter(message, source),
            LogLevel.WarningLevel => new WarningFilter(message, source),
            LogLevel.ErrorLevel => new ErrorFilter(message, source),
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Unknown log level."),
        },
        _system);

    private IEventFilterApplier DeadLetters(Predicate<DeadLetter> isMatch, string source) =>
        CreateApplier(new DeadLettersFilter(null, SourceMatcher(source), isMatch), _system);

    private static IStringMatcher SourceMatcher(string source) =>
        source == null ? MatchesAll.Instance : new EqualsStringAndPathMatcher(source);
}

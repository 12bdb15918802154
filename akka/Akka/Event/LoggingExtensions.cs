using System;

namespace Akka.Event;

/// <summary>
/// What one calls on a logger. The number of arguments is part of the overload, so that nothing is boxed or collected before the
/// level was found to be wanted.
/// </summary>
public static class LoggingExtensions
{
    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug(this ILoggingAdapter log, string format) => log.Log(LogLevel.DebugLevel, null, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug(this ILoggingAdapter log, Exception cause, string format) => log.Log(LogLevel.DebugLevel, cause, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug(this ILoggingAdapter log, string format, object[] args) => Log(log, LogLevel.DebugLevel, null, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug(this ILoggingAdapter log, Exception cause, string format, object[] args) => Log(log, LogLevel.DebugLevel, cause, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, null, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1>(this ILoggingAdapter log, Exception cause, string format, T1 arg1)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, cause, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, null, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, cause, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, null, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, cause, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, null, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3, T4>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, cause, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Debug<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsDebugEnabled) Write(log, LogLevel.DebugLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info(this ILoggingAdapter log, string format) => log.Log(LogLevel.InfoLevel, null, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info(this ILoggingAdapter log, Exception cause, string format) => log.Log(LogLevel.InfoLevel, cause, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info(this ILoggingAdapter log, string format, object[] args) => Log(log, LogLevel.InfoLevel, null, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info(this ILoggingAdapter log, Exception cause, string format, object[] args) => Log(log, LogLevel.InfoLevel, cause, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, null, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1>(this ILoggingAdapter log, Exception cause, string format, T1 arg1)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, cause, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, null, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, cause, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, null, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, cause, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, null, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3, T4>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, cause, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Info<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsInfoEnabled) Write(log, LogLevel.InfoLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning(this ILoggingAdapter log, string format) => log.Log(LogLevel.WarningLevel, null, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning(this ILoggingAdapter log, Exception cause, string format) => log.Log(LogLevel.WarningLevel, cause, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning(this ILoggingAdapter log, string format, object[] args) => Log(log, LogLevel.WarningLevel, null, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning(this ILoggingAdapter log, Exception cause, string format, object[] args) => Log(log, LogLevel.WarningLevel, cause, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, null, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1>(this ILoggingAdapter log, Exception cause, string format, T1 arg1)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, cause, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, null, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, cause, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, null, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, cause, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, null, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3, T4>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, cause, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Warning<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsWarningEnabled) Write(log, LogLevel.WarningLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error(this ILoggingAdapter log, string format) => log.Log(LogLevel.ErrorLevel, null, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error(this ILoggingAdapter log, Exception cause, string format) => log.Log(LogLevel.ErrorLevel, cause, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error(this ILoggingAdapter log, string format, object[] args) => Log(log, LogLevel.ErrorLevel, null, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error(this ILoggingAdapter log, Exception cause, string format, object[] args) => Log(log, LogLevel.ErrorLevel, cause, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, null, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1>(this ILoggingAdapter log, Exception cause, string format, T1 arg1)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, cause, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, null, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, cause, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, null, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, null, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3, T4>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, null, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, null, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Error<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsErrorEnabled) Write(log, LogLevel.ErrorLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, string format) => log.Log(level, null, format);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, string format, object[] args) => Log(log, level, null, format, args);

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel level, Exception cause, string format, object[] args)
    {
        if (log.IsEnabled(level)) Write(log, level, cause, format, args);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log<T1>(this ILoggingAdapter log, LogLevel logLevel, Exception cause, string format, T1 arg1)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, arg1);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log<T1, T2>(this ILoggingAdapter log, LogLevel logLevel, Exception cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, arg1, arg2);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log<T1, T2, T3>(this ILoggingAdapter log, LogLevel logLevel, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, arg1, arg2, arg3);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log<T1, T2, T3, T4>(this ILoggingAdapter log, LogLevel logLevel, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, arg1, arg2, arg3, arg4);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log<T1, T2, T3, T4, T5>(this ILoggingAdapter log, LogLevel logLevel, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, arg1, arg2, arg3, arg4, arg5);
    }

    /// <summary>Logs, if the level is logged; only then the text is made.</summary>
    public static void Log<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, LogLevel logLevel, Exception cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, arg1, arg2, arg3, arg4, arg5, arg6);
    }

    private static void Write(ILoggingAdapter log, LogLevel level, Exception cause, string format, params object[] args) =>
        log.Log(level, cause, new FormattedLogMessage(log.Formatter, format, args));
}

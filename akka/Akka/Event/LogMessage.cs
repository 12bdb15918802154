using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Akka.Event;

/// <summary>Makes texts from formats and arguments.</summary>
public interface ILogMessageFormatter
{
    /// <summary>The text.</summary>
    string Format(string format, params object[] args);

    /// <summary>The text.</summary>
    string Format(string format, IEnumerable<object> args);
}

/// <summary>The rules of string.Format.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The only one.</summary>
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    /// <inheritdoc/>
    public string Format(string format, params object[] args) => string.Format(CultureInfo.InvariantCulture, format, args);

    /// <inheritdoc/>
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}

/// <summary>A format with its arguments, put together by whoever prints it.</summary>
public abstract class LogMessage
{
    /// <summary>Makes the text.</summary>
    protected readonly ILogMessageFormatter Formatter;

    /// <summary>A text that is made when somebody reads it.</summary>
    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    /// <summary>The text with its places.</summary>
    public string Format { get; }

    /// <summary>The text with its places, and what belongs there.</summary>
    public abstract string Unformatted();

    /// <summary>What belongs there.</summary>
    public abstract IEnumerable<object> Parameters();
}

internal sealed class FormattedLogMessage : LogMessage
{
    private readonly object[] _arguments;

    public FormattedLogMessage(ILogMessageFormatter formatter, string format, object[] arguments) : base(formatter, format)
    {
        _arguments = arguments;
    }

    public override string Unformatted() => Format + " [" + string.Join(", ", _arguments) + "]";

    public override IEnumerable<object> Parameters() => _arguments;

    public override string ToString()
    {
        try
        {
            return Formatter.Format(Format, _arguments);
        }
        catch (FormatException)
        {
            // A wrong format in a log statement must not become the failure of its logger.
            return Unformatted();
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Cluster.Node.Hosting;

/// <summary>The log of a process: one line per event on stderr, with time, level and source.</summary>
internal static class NodeLog
{
    public static ILoggerFactory Create(string akkaLevel)
    {
        var least = akkaLevel.ToUpperInvariant() switch
        {
            "DEBUG" => LogLevel.Debug,
            "INFO" => LogLevel.Information,
            "WARNING" => LogLevel.Warning,
            "ERROR" => LogLevel.Error,
            _ => LogLevel.None,
        };
        return LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(least);
            logging.AddFilter("Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning);
            logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // a listener that does not start is reported by the node
            logging.AddConsole(console =>
            {
                console.LogToStandardErrorThreshold = LogLevel.Trace;
                console.FormatterName = LineFormatter.FormatterName;
            });
            logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        });
    }

    /// <summary>"2026-01-31T12:00:00.000Z info  node: text", and an exception in further lines.</summary>
    private sealed class LineFormatter() : ConsoleFormatter(FormatterName)
    {
        public const string FormatterName = "line";

        public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter to)
        {
            to.Write(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
            to.Write(' ');
            to.Write(Label(entry.LogLevel));
            to.Write(' ');
            to.Write(entry.Category);
            to.Write(": ");
            to.WriteLine(entry.Formatter(entry.State, entry.Exception).ReplaceLineEndings(" "));
            if (entry.Exception is not null) to.WriteLine("    " + entry.Exception.ToString().ReplaceLineEndings("\n    "));
        }

        private static string Label(LogLevel level) => level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            LogLevel.Error => "error",
            _ => "fatal",
        };
    }
}

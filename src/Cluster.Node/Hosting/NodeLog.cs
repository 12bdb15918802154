using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
            logging.AddConsole(console =>
            {
                console.LogToStandardErrorThreshold = LogLevel.Trace;
                console.FormatterName = ConsoleFormatterNames.Simple;
            });
            logging.AddSimpleConsole(simple =>
            {
                simple.SingleLine = true;
                simple.UseUtcTimestamp = true;
                simple.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                simple.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        });
    }
}

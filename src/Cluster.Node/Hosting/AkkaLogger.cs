using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using AkkaLevel = Akka.Event.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Cluster.Node.Hosting;

/// <summary>
/// The logger of the ActorSystem, named in reference.conf: passes log events of actors on to the node's log. Without a
/// <see cref="NodeLogSetup"/> in the system it stays silent.
/// </summary>
public sealed class AkkaLogger : ReceiveActor
{
    private readonly Dictionary<string, ILogger> _loggers = [];
    private readonly ILoggerFactory _logs;

    public AkkaLogger()
    {
        var setup = Context.System.Settings.Setup.Get<NodeLogSetup>();
        _logs = setup.HasValue ? setup.Value.Logs : NullLoggerFactory.Instance;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent entry)
    {
        string source = Source(entry.LogSource);
        if (!_loggers.TryGetValue(source, out var logger)) _loggers.Add(source, logger = _logs.CreateLogger(source));
        var level = entry.LogLevel() switch
        {
            AkkaLevel.DebugLevel => Level.Debug,
            AkkaLevel.InfoLevel => Level.Information,
            AkkaLevel.WarningLevel => Level.Warning,
            _ => Level.Error,
        };
        if (logger.IsEnabled(level)) logger.Log(level, default, entry, entry.Cause, static (e, _) => e.Message?.ToString() ?? "");
    }

    /// <summary>"[akka://cluster/user/node/shard-3#123]" → "/user/node/shard-3": the rest is the same in every line.</summary>
    private static string Source(string source)
    {
        var text = source.AsSpan().Trim("[]");
        int system = text.IndexOf("://");
        int path = system < 0 ? -1 : text[(system + 3)..].IndexOf('/');
        if (path < 0) return source;
        text = text[(system + 3 + path)..];
        int uid = text.IndexOf('#');
        return (uid < 0 ? text : text[..uid]).ToString();
    }
}

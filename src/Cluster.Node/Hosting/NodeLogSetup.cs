using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;

namespace Cluster.Node.Hosting;

/// <summary>Hands the process's log to the logger actor of an ActorSystem.</summary>
public sealed class NodeLogSetup(ILoggerFactory logs) : Setup
{
    public ILoggerFactory Logs { get; } = logs;
}

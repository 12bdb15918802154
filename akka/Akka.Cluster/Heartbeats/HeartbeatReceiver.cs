using Akka.Actor;
using Akka.Cluster.Daemon;

namespace Akka.Cluster.Heartbeats;

/// <summary>Answers heartbeats (/system/cluster/heartbeatReceiver).</summary>
internal sealed class HeartbeatReceiver : ReceiveActor
{
    public HeartbeatReceiver(UniqueAddress self)
    {
        Receive<Heartbeat>(m => Sender.Tell(new HeartbeatRsp(self, m.Sequence), Self));
    }
}

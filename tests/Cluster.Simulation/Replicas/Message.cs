using Cluster.Actors.Peers.Parking;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

public enum MessageKind : byte
{
    Pull,
    PullAnswer,
    Ack,
    VoteRequest,
    VoteReply,
    LeaderNotice,
    TimeoutNow,
    SnapshotRequest,
    Snapshot,

    /// <summary>Between two nodes, for all shards that are parked on both.</summary>
    NodeHeartbeat,
}

/// <summary>One message between two replicas of a shard, on its way. Reused: see <see cref="Network.Rent"/>.</summary>
public sealed class Message(SimulatedWorld world) : NodeInput
{
    public MessageKind Kind;
    public int Shard;
    public int From;
    public int To;
    public Pull Pull;
    public PullAnswer PullAnswer;
    public Ack Ack;
    public VoteRequest VoteRequest;
    public VoteReply VoteReply;
    public LeaderNotice LeaderNotice;
    public TimeoutNow TimeoutNow;

    /// <summary>The bytes that travel beside an answer.</summary>
    public RecordBatch? Records;

    public SnapshotPiece? Snapshot;

    /// <summary>What a request for a snapshot asks for.</summary>
    public SnapshotPlace SnapshotPlace;

    internal NodeHeartbeat? Heartbeat;

    /// <summary>The sender's wall clock, µs since 1970.</summary>
    public long Wall;

    /// <summary>The sender's hybrid clock.</summary>
    public long Hybrid;

    public void CopyFrom(Message other)
    {
        Kind = other.Kind;
        Shard = other.Shard;
        From = other.From;
        To = other.To;
        switch (Kind)
        {
            case MessageKind.Pull:
                Pull = other.Pull;
                break;
            case MessageKind.PullAnswer:
                PullAnswer = other.PullAnswer;
                break;
            case MessageKind.Ack:
                Ack = other.Ack;
                break;
            case MessageKind.VoteRequest:
                VoteRequest = other.VoteRequest;
                break;
            case MessageKind.VoteReply:
                VoteReply = other.VoteReply;
                break;
            case MessageKind.LeaderNotice:
                LeaderNotice = other.LeaderNotice;
                break;
            case MessageKind.TimeoutNow:
                TimeoutNow = other.TimeoutNow;
                break;
        }

        Records = other.Records;
        Snapshot = other.Snapshot;
        Heartbeat = other.Heartbeat;
        SnapshotPlace = other.SnapshotPlace;
        Wall = other.Wall;
        Hybrid = other.Hybrid;
    }

    public override void Run()
    {
        if (world.Network.IsCut(From, To))
            world.Network.Return(this);
        else
            world.Nodes[To].Take(this);
    }

    public override void Apply()
    {
        world.Nodes[To].HeardClocks(From, Wall, Hybrid);
        if (Kind == MessageKind.NodeHeartbeat)
        {
            world.Nodes[To].TakeHeartbeat(From, Heartbeat!);
        }
        else if (world.Nodes[To].Find(Shard) is { IsAlive: true } process)
        {
            process.Receive(this);
            process.AfterInput();
        }

        world.Network.Return(this);
    }

    public override void Dropped() => world.Network.Return(this);
}

using Cluster.Simulation.Replicas;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Clients;

/// <summary>One attempt at an operation, on its way to a node and back.</summary>
public sealed class ClientRequest(SimulatedWorld world, SimulatedClient client, Operation operation, long attempt, int target) : NodeInput
{
    private enum ReplyKind : byte
    {
        Answered,
        MayBeLost,
        NeverKnown,
        Refused,
        Uncertain,
    }

    private sealed class Reply(ClientRequest request, ReplyKind kind, long result, Guid? leader) : SimulationEvent
    {
        public override void Run()
        {
            switch (kind)
            {
                case ReplyKind.Answered:
                case ReplyKind.MayBeLost:
                    request.Client.Answered(request, result, kind == ReplyKind.MayBeLost);
                    break;
                case ReplyKind.NeverKnown:
                    request.Client.NeverKnown(request);
                    break;
                case ReplyKind.Refused:
                    request.Client.Refused(request, leader);
                    break;
                default:
                    request.Client.Uncertain(request);
                    break;
            }
        }
    }

    public SimulatedClient Client { get; } = client;

    public Operation Operation { get; } = operation;

    public long Attempt { get; } = attempt;

    public override void Run() => world.Nodes[target].Take(this);

    public override void Apply()
    {
        if (world.Nodes[target].Find(Operation.Shard) is { IsAlive: true } process)
        {
            process.Evaluate(this);
            process.AfterInput();
        }
        else
        {
            Refuse(null);
        }
    }

    /// <summary>Nobody listens: definitely not received.</summary>
    public override void Dropped() => Refuse(null);

    /// <param name="result">What the client is told.</param>
    /// <param name="mayBeLost">Its policy was weaker than what survives a change of leaders.</param>
    public void Answer(long result, bool mayBeLost) => Send(mayBeLost ? ReplyKind.MayBeLost : ReplyKind.Answered, result, null);

    /// <summary>Its session has forgotten: no retry will tell.</summary>
    public void LeaveUnknown() => Send(ReplyKind.NeverKnown, 0, null);

    public void Refuse(Guid? leader) => Send(ReplyKind.Refused, 0, leader);

    public void LeaveUncertain() => Send(ReplyKind.Uncertain, 0, null);

    private void Send(ReplyKind kind, long result, Guid? leader) =>
        world.Loop.After(50 + world.Clients.Random.Around(150), new Reply(this, kind, result, leader));
}

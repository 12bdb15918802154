using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

/// <summary>Between nodes: late, lost, twice, out of order, or not at all in one direction.</summary>
public sealed class Network(SimulatedWorld world, SimulationRandom random, int nodes)
{
    private readonly bool[,] _cut = new bool[nodes, nodes];
    private readonly Stack<Message> _free = new();

    public double Loss { get; set; }

    public double Duplication { get; set; }

    /// <summary>Probability of a message being held up for long, and so overtaken by later ones.</summary>
    public double Stragglers { get; set; }

    /// <summary>Mean of what a message takes besides the least, µs.</summary>
    public long MeanDelay { get; set; } = 200;

    public void Cut(int from, int to) => _cut[from, to] = true;

    public void Heal(int from, int to) => _cut[from, to] = false;

    public bool IsCut(int from, int to) => _cut[from, to];

    public void HealLinks() => Array.Clear(_cut);

    public void HealAll()
    {
        HealLinks();
        Loss = Duplication = Stragglers = 0;
        MeanDelay = 200;
    }

    /// <summary>An empty message; it comes back by itself once it was delivered or lost.</summary>
    public Message Rent()
    {
        if (!_free.TryPop(out Message? message))
            message = new Message(world);
        return message;
    }

    public void Return(Message message)
    {
        message.Records = null;
        message.Snapshot = null;
        message.Heartbeat = null;
        _free.Push(message);
    }

    public void Send(Message message)
    {
        bool lostAlone = message.Kind == MessageKind.NodeHeartbeat && world.Scenario == Scenario.NothingHappens && random.Chance(0.2);
        if (lostAlone || _cut[message.From, message.To] || random.Chance(Loss))
        {
            world.Coverage.MessagesLost++;
            Return(message);
            return;
        }

        if (random.Chance(Duplication))
        {
            world.Coverage.MessagesRepeated++;
            Message copy = Rent();
            copy.CopyFrom(message);
            DeliverLater(copy);
        }

        DeliverLater(message);
    }

    private void DeliverLater(Message message)
    {
        long delay = 100 + random.Around(MeanDelay);
        if (random.Chance(Stragglers))
            delay += random.Around(300_000);
        world.Loop.After(delay, message);
    }
}

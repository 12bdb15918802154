namespace Cluster.Simulation.World;

/// <summary>Between nodes: late, lost, twice, out of order, or not at all in one direction.</summary>
public sealed class Network(EventLoop loop, SimulationRandom random, int nodes)
{
    private readonly bool[,] _cut = new bool[nodes, nodes];

    public double Loss { get; set; }

    public double Duplication { get; set; }

    /// <summary>Probability of a message being held up for long, and so overtaken by later ones.</summary>
    public double Stragglers { get; set; }

    public long Sent { get; private set; }

    public void Cut(int from, int to) => _cut[from, to] = true;

    public void Heal(int from, int to) => _cut[from, to] = false;

    public void HealLinks() => Array.Clear(_cut);

    public void HealAll()
    {
        HealLinks();
        Loss = Duplication = Stragglers = 0;
    }

    public void Send(int from, int to, Action deliver)
    {
        Sent++;
        if (_cut[from, to] || random.Chance(Loss))
            return;
        DeliverLater(from, to, deliver);
        if (random.Chance(Duplication))
            DeliverLater(from, to, deliver);
    }

    private void DeliverLater(int from, int to, Action deliver)
    {
        long delay = 100 + random.Around(200);
        if (random.Chance(Stragglers))
            delay += random.Around(300_000);
        loop.After(delay, () =>
        {
            if (!_cut[from, to])
                deliver();
        });
    }
}

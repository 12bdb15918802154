using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Clients;

/// <summary>
/// All clients. They come in bursts, mostly when something goes wrong: operations count where they meet faults. Few keys at a time, so
/// that they meet each other; a key with many operations is retired, so that its history stays searchable.
/// </summary>
public sealed class ClientPool
{
    private sealed class NoiseEvent(ClientPool pool) : SimulationEvent
    {
        public override void Run() => pool.Noise();
    }

    /// <summary>Answers that each client must get from each shard once faults have stopped.</summary>
    public const int CalmOperations = 3;

    private const int KeysPerShard = 3;
    private const int NoiseKey = int.MaxValue;
    private const long BurstMicros = 250_000;
    private const long MeanBetweenRests = 6_000_000;
    private const long MeanRest = 2_000_000;

    private readonly SimulatedWorld _world;
    private readonly SimulatedClient[] _clients;
    private readonly HistoryKey[] _keys;
    private readonly NoiseEvent _noise;
    private readonly long _noiseMean;
    private readonly long _busyThink;
    private readonly long[] _servedAt;
    private int _lastKey;
    private long _lastOperation;
    private long _busyUntil;
    private long _restsUntil;

    public ClientPool(SimulatedWorld world, SimulationRandom random, int clients)
    {
        _world = world;
        Random = random;
        _noise = new NoiseEvent(this);
        _noiseMean = random.Between(20_000, 400_000);
        _busyThink = random.Between(4_000, 40_000);
        _keys = new HistoryKey[world.Shards.Length * KeysPerShard];
        for (int i = 0; i < _keys.Length; i++)
            _keys[i] = NewKey(i / KeysPerShard);
        _servedAt = new long[world.Shards.Length];
        _clients = new SimulatedClient[clients];
        for (int i = 0; i < clients; i++)
            _clients[i] = new SimulatedClient(world, this, random.Fork());
    }

    private readonly Dictionary<int, HistoryKey> _byKey = [];

    public SimulationRandom Random { get; }

    public List<HistoryKey> History { get; } = [];

    public bool Calm { get; private set; }

    public long CalmSince { get; private set; } = long.MaxValue;

    /// <summary>Longest time without any answer from any one shard, once there was one.</summary>
    public long LongestPause { get; private set; }

    /// <summary>Without those that nobody waits for.</summary>
    public long Operations { get; private set; }

    /// <summary>Mean time of a client between two operations.</summary>
    public long ThinkMicros =>
        _world.Scenario == Scenario.LeaderDies ? 15_000 : Calm || _world.Loop.Now < _busyUntil ? _busyThink : 1_000_000;

    /// <summary>Until then nobody begins anything: shards have to be idle to be parked.</summary>
    public long RestMicros => Calm ? 0 : Math.Max(0, _restsUntil - _world.Loop.Now);

    public void Start()
    {
        foreach (SimulatedClient client in _clients)
            client.Begin();
        if (_world.ParkAfter > 0)
            PlanRest();
        _world.Loop.After(Random.Around(_noiseMean), _noise);
    }

    private void PlanRest() => _world.Loop.After(Random.Around(MeanBetweenRests), () =>
    {
        _restsUntil = _world.Loop.Now + Random.Around(MeanRest);
        PlanRest();
    });

    public void Burst()
    {
        _busyUntil = _world.Loop.Now + Random.Around(BurstMicros);
        foreach (SimulatedClient client in _clients)
            client.Wake();
    }

    /// <summary>Faults have stopped: every client does a few more operations on every shard and then rests.</summary>
    public void CalmDown()
    {
        Calm = true;
        CalmSince = _world.Loop.Now;
        foreach (SimulatedClient client in _clients)
            client.Wake();
    }

    /// <summary>Every client was served by every shard since faults stopped, and there were operations enough.</summary>
    public bool AllServed
    {
        get
        {
            if (Operations < _world.OperationsMin)
                return false;
            foreach (SimulatedClient client in _clients)
            {
                if (!client.Idle)
                    return false;
                for (int shard = 0; shard < _world.Shards.Length; shard++)
                {
                    if (!client.ServedSinceCalm(shard))
                        return false;
                }
            }

            return true;
        }
    }

    public void Expired(int key, long value, long since) => _byKey[key].Expired(value, since, _world.Loop.Now);

    public void NoteServed(int shard)
    {
        if (_servedAt[shard] > 0)
            LongestPause = Math.Max(LongestPause, _world.Loop.Now - _servedAt[shard]);
        _servedAt[shard] = _world.Loop.Now;
    }

    /// <summary>Null if faults have stopped and this client was served by all shards.</summary>
    public Operation? NewOperation(SimulatedClient client, SimulationRandom random)
    {
        int at = random.Below(_keys.Length);
        if (Calm)
        {
            int shard = 0;
            while (shard < _world.Shards.Length && client.ServedSinceCalm(shard))
                shard++;
            if (shard == _world.Shards.Length && Operations >= _world.OperationsMin)
                return null;
            if (shard < _world.Shards.Length)
                at = shard * KeysPerShard + random.Below(KeysPerShard);
        }

        HistoryKey key = _keys[at];
        Operations++;
        long id = ++_lastOperation;
        if (key.IsFull)
            _keys[at] = key = NewKey(key.Shard);
        return key.NewOperation(id, random, DrawPolicy(random), _world.Loop.Now);
    }

    /// <summary>
    /// Writes that nobody waits for, to whoever believes that it leads: they give a leader that has lost its followers a tail of its own.
    /// </summary>
    private void Noise()
    {
        if (Calm)
            return;
        if (RestMicros > 0)
        {
            _world.Loop.After(RestMicros + Random.Around(_noiseMean), _noise);
            return;
        }

        long id = ++_lastOperation;
        _world.Nodes[Random.Below(_world.Nodes.Length)].Give(p => p.AppendNoise(NoiseKey, id));
        _world.Loop.After(Random.Around(_noiseMean), _noise);
    }

    private WritePolicy DrawPolicy(SimulationRandom random) => random.Below(_world.Scenario == Scenario.LeaderDies ? 9 : Calm ? 12 : 16) switch
    {
        < 9 => WritePolicy.Quorum,
        9 => WritePolicy.Local,
        < 12 => WritePolicy.All,
        < 14 => WritePolicy.AckN((int)random.Between(1, 2)),
        _ => WritePolicy.Regions((int)random.Between(1, 3)),
    };

    private HistoryKey NewKey(int shard)
    {
        var key = new HistoryKey(shard, ++_lastKey, (KeyWorkload)Random.Below(3));
        History.Add(key);
        _byKey.Add(key.Key, key);
        return key;
    }
}

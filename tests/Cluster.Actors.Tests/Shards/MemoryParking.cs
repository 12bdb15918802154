using Akka.Actor;
using Cluster.Actors.Peers.Parking;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Tests.Shards;

/// <summary>The heartbeats between the nodes of a <see cref="MemoryNetwork"/>, as their links would exchange them: at an interval, and at once when more is parked.</summary>
internal sealed class MemoryParking : IDisposable
{
    private readonly MemoryNetwork _network;
    private readonly TimeSpan _interval;
    private readonly MonotonicClock _clock = new(TimeProvider.System);
    private readonly Dictionary<(Guid From, Guid To), NodePair> _pairs = [];
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private long _rounds;

    public MemoryParking(MemoryNetwork network, IReadOnlyList<Guid> nodes, TimeSpan interval)
    {
        _network = network;
        _interval = interval;
        foreach (var from in nodes)
            foreach (var to in nodes)
                if (from != to) _pairs[(from, to)] = new NodePair(() => _timer!.Change(TimeSpan.Zero, interval));
        _timer = new Timer(_ => Beat(), null, interval, interval);
    }

    /// <summary>Intervals that are over.</summary>
    public long Rounds => Interlocked.Read(ref _rounds);

    public IShardParking Of(Guid node) => new Parking(this, node);

    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        if (_timer.Dispose(ended)) ended.WaitOne();
    }

    private void Beat()
    {
        if (!_lock.TryEnter()) return;
        try
        {
            foreach (var ((from, to), pair) in _pairs)
            {
                var shards = new List<int>();
                pair.Doubtful(_clock.Now, (long)(_interval * 2).TotalMicroseconds, shards);
                foreach (int shard in shards) _network.ActorOf(from, shard)?.Tell(ShardDoubted.Instance, ActorRefs.NoSender);
                var heartbeat = pair.Write(process: 1, _clock.Now);
                if (!_network.Connects(from, to)) continue;
                var vouched = new List<VouchChange>();
                long now = _clock.Now;
                _pairs[(to, from)].Take(heartbeat, now, vouched);
                foreach (var (shard, term) in vouched) _network.ActorOf(to, shard)?.Tell(new ShardVouched(from, term, now), ActorRefs.NoSender);
            }

            Interlocked.Increment(ref _rounds);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private sealed class Parking(MemoryParking owner, Guid self) : IShardParking
    {
        public bool Vouch(Guid node, int shard, long term)
        {
            owner._pairs[(self, node)].Vouch(shard, term, owner._clock.Now);
            return true;
        }

        public ParkedContact Leave(Guid node, int shard) => owner._pairs[(self, node)].Leave(shard);

        public void Disturb(int shard)
        {
            foreach (var ((from, _), pair) in owner._pairs)
                if (from == self) pair.Withdraw(shard);
        }
    }
}

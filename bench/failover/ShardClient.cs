using System.Diagnostics;
using System.Net.Sockets;
using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Failover;

/// <summary>An acknowledged write of one client.</summary>
internal readonly record struct Ack(long Begin, long End);

/// <summary>
/// A client that writes to one shard, one write at a time, through the node that it is connected to, and goes to the next node when its connection
/// breaks. It retries what was refused for certain and what was under way on a closed connection; any other error counts.
/// </summary>
internal sealed class ShardClient : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(4);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Ack> _acks = [];
    private readonly Dictionary<string, int> _errors = [];
    private readonly string _key;
    private readonly Member[] _nodes;
    private readonly Task _work;
    private int _at;
    private int _refused, _closed;

    /// <param name="nodes">The first is where it begins.</param>
    public ShardClient(int shard, string tag, params Member[] nodes)
    {
        Shard = shard;
        _key = tag + ":failover";
        _nodes = nodes;
        _work = Task.Run(WorkAsync);
    }

    public int Shard { get; }

    /// <summary>Answers that neither acknowledge nor promise that nothing happened.</summary>
    public IReadOnlyDictionary<string, int> Errors
    {
        get
        {
            lock (_acks) return new Dictionary<string, int>(_errors);
        }
    }

    public int Refused => Volatile.Read(ref _refused);

    public int Closed => Volatile.Read(ref _closed);

    /// <summary>When the first write was acknowledged that was sent after this instant; null as long as none was. A write that was under way then says nothing.</summary>
    public long? FirstAckAfter(long instant)
    {
        lock (_acks)
        {
            for (int i = _acks.Count - 1, first = -1; ; i--)
            {
                if (i >= 0 && _acks[i].Begin >= instant) first = i;
                else return first < 0 ? null : _acks[first].End;
            }
        }
    }

    /// <summary>The longest time between two acknowledgements, from an instant on, and when it began.</summary>
    public (TimeSpan Length, long Begin) LongestPauseSince(long instant)
    {
        lock (_acks)
        {
            long last = 0, now = Stopwatch.GetTimestamp();
            (long Length, long Begin) longest = default;
            foreach (var ack in _acks)
            {
                if (ack.End >= instant && last != 0 && ack.End - last > longest.Length) longest = (ack.End - last, last);
                last = ack.End;
            }

            if (now - last > longest.Length) longest = (now - last, last);
            return (Stopwatch.GetElapsedTime(0, longest.Length), longest.Begin);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        string value = new('v', 100);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var node = _nodes[_at % _nodes.Length];
                using var client = RespClient.Connect(node.Host.Address, node.RespPort);
                while (!_stop.IsCancellationRequested)
                {
                    long begin = Stopwatch.GetTimestamp();
                    var reply = await client.CallAsync("SET", _key, value);
                    if (reply.IsOk) Acknowledged(new Ack(begin, Stopwatch.GetTimestamp()));
                    else if (reply.IsDefiniteRefusal) Interlocked.Increment(ref _refused);
                    else Erred(reply.Text.Split(' ')[0]);
                    await timer.WaitForNextTickAsync();
                }
            }
            catch (Exception closed) when (closed is IOException or SocketException)
            {
                Interlocked.Increment(ref _closed);
                _at++;
                await timer.WaitForNextTickAsync();
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                Erred("no answer");
                _at++;
            }
        }
    }

    private void Acknowledged(Ack ack)
    {
        lock (_acks) _acks.Add(ack);
    }

    private void Erred(string kind)
    {
        lock (_acks) _errors[kind] = _errors.GetValueOrDefault(kind) + 1;
    }
}

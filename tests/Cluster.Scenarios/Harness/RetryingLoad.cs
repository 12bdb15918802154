using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Cluster.Scenarios.Harness;

/// <summary>
/// Clients as they should be: each writes one register after the other of its own keys, and repeats a write on a definite refusal and, at the next
/// node, on a closed connection. Unknown outcomes are counted and repeated as well, since nobody else writes the key. Anything else that is not OK fails the load.
/// </summary>
internal sealed class RetryingLoad : IAsyncDisposable
{
    private const int Connections = 6;
    private const int KeysEach = 16;

    /// <summary>Between two writes of a connection.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly int[] _ports;
    private readonly string _prefix;
    private readonly int[,] _values = new int[Connections, KeysEach];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;
    private readonly Lock _lock = new();
    private int _acknowledged;
    private int _refusals;
    private int _closed;
    private int _unknown;
    private long _lastAcknowledged;

    public RetryingLoad(IEnumerable<int> ports, string prefix)
    {
        _ports = [.. ports];
        _prefix = prefix;
        _workers = [.. Enumerable.Range(0, Connections).Select(connection => Task.Run(() => WorkAsync(connection)))];
    }

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public int Refusals => Volatile.Read(ref _refusals);

    public int Unknown => Volatile.Read(ref _unknown);

    public int Closed => Volatile.Read(ref _closed);

    /// <summary>The longest time in which no client got any acknowledgement.</summary>
    public TimeSpan LongestPause { get; private set; }

    public Task MoreAsync(int count)
    {
        int wanted = Acknowledged + count;
        return Poll.UntilAsync($"{count} more acknowledged writes", () =>
        {
            if (_workers.FirstOrDefault(worker => worker.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
            return Task.FromResult<string?>(Acknowledged >= wanted ? null : $"{Acknowledged} of {wanted}");
        });
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Each register has the value that was acknowledged last.</summary>
    public async Task VerifyAsync(RespClient client)
    {
        for (int connection = 0; connection < Connections; connection++)
        {
            for (int key = 0; key < KeysEach; key++)
            {
                if (_values[connection, key] == 0) continue;
                var reply = await client.AnswerAsync("GET", KeyOf(connection, key));
                Assert.Equal($"{_values[connection, key]}", reply.Text);
            }
        }
    }

    private string KeyOf(int connection, int key) => $"{_prefix}:{connection}:{key}";

    private async Task WorkAsync(int connection)
    {
        int port = connection % _ports.Length;
        int number = 0;
        using var timer = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = RespClient.Connect(_ports[port]);
                while (!_stop.IsCancellationRequested)
                {
                    int key = number % KeysEach;
                    string value = $"{number + 1}";
                    var reply = await client.CallAsync("SET", KeyOf(connection, key), value);
                    if (reply.IsOk)
                    {
                        _values[connection, key] = ++number;
                        Noted();
                    }
                    else if (reply.IsDefiniteRefusal) Interlocked.Increment(ref _refusals);
                    else if (reply.IsUnknownOutcome) Interlocked.Increment(ref _unknown);
                    else throw new InvalidOperationException($"SET {KeyOf(connection, key)} {value}: {reply}");
                    await timer.WaitForNextTickAsync();
                }
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                // The write under way is sent again as it was: nobody else writes the key.
                Interlocked.Increment(ref _closed);
                port = (port + 1) % _ports.Length;
                await timer.WaitForNextTickAsync();
            }
        }
    }

    private void Noted()
    {
        lock (_lock)
        {
            _acknowledged++;
            long now = Stopwatch.GetTimestamp();
            var pause = Stopwatch.GetElapsedTime(_lastAcknowledged, now);
            if (_acknowledged > 1 && pause > LongestPause) LongestPause = pause;
            _lastAcknowledged = now;
        }
    }
}

using System.Diagnostics;
using System.Net.Sockets;

namespace Cluster.Scenarios.Harness;

/// <summary>
/// Clients that write all the time, each on a connection of its own, and go on at the next node when that breaks. What they write, and what becomes of what was under way then, is
/// the deriving class's matter.
/// </summary>
/// <param name="pace">Between two rounds of a connection, so that the machine has air for elections.</param>
internal abstract class ClientLoad(IEnumerable<int> ports, TimeSpan pace) : IAsyncDisposable
{
    private readonly int[] _ports = [.. ports];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task[] _workers = [];
    private int _acknowledged;
    private int _closed;
    private long _lastAcknowledged;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Connections that broke.</summary>
    public int Closed => Volatile.Read(ref _closed);

    /// <summary>The longest time in which no client got any acknowledgement.</summary>
    public TimeSpan LongestPause { get; private set; }

    /// <summary>Until this many more writes than now were acknowledged.</summary>
    public Task MoreAsync(int count)
    {
        int wanted = Acknowledged + count;
        return Poll.UntilAsync($"{count} more acknowledged writes", () =>
        {
            if (_workers.FirstOrDefault(worker => worker.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
            return Task.FromResult<string?>(Acknowledged >= wanted ? null : $"{Acknowledged} of {wanted}");
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Once the deriving class is made.</summary>
    protected void Begin(int connections) => _workers = [.. Enumerable.Range(0, connections).Select(connection => Task.Run(() => WorkAsync(connection)))];

    /// <summary>The rounds under way are done; what failed in one is thrown.</summary>
    protected async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
    }

    /// <summary>Sends and receives once on a connection.</summary>
    protected abstract Task RoundAsync(int connection, RespClient client);

    protected void NoteAcknowledged()
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

    private async Task WorkAsync(int connection)
    {
        int port = connection % _ports.Length;
        using var timer = new PeriodicTimer(pace);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = RespClient.Connect(_ports[port]);
                while (!_stop.IsCancellationRequested)
                {
                    await RoundAsync(connection, client);
                    await timer.WaitForNextTickAsync();
                }
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                Interlocked.Increment(ref _closed);
                port = (port + 1) % _ports.Length;
                await timer.WaitForNextTickAsync();
            }
        }
    }
}

using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Cluster.Scenarios.Harness;

internal enum WriteOutcome
{
    /// <summary>Promised: it must be there whatever happens.</summary>
    Acknowledged,

    /// <summary>Promised as well: it must never be there.</summary>
    Refused,

    /// <summary>May be there or not.</summary>
    Unknown,
}

internal readonly record struct Write(string Key, WriteOutcome Outcome);

/// <summary>
/// Clients that write, each key once, and note what became of each write. One whose connection breaks goes on at the next node; what
/// was under way is unknown then. A write is never sent twice, so that each outcome is a fact about one append.
/// </summary>
internal sealed class WriteLoad : IAsyncDisposable
{
    private const int Connections = 4;
    private const int Window = 8;

    /// <summary>Between two windows of a connection: a few thousand writes per second in all, so that the machine has air for elections.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly int[] _ports;
    private readonly string _prefix;
    private readonly List<Write> _writes = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;
    private int _acknowledged;
    private long _lastAcknowledged;

    public WriteLoad(IEnumerable<int> ports, string prefix)
    {
        _ports = [.. ports];
        _prefix = prefix;
        _workers = [.. Enumerable.Range(0, Connections).Select(connection => Task.Run(() => WorkAsync(connection)))];
    }

    public int Acknowledged => Volatile.Read(ref _acknowledged);

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

    public async Task<IReadOnlyList<Write>> StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        return _writes;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Every acknowledged write is there byte for byte, no refused one is.</summary>
    public static async Task VerifyAsync(RespClient client, IReadOnlyList<Write> writes)
    {
        foreach (var part in writes.Chunk(200))
        {
            await client.SendAsync(part.Select(write => (string[])["GET", write.Key]));
            var replies = await client.ReceiveAsync(part.Length);
            for (int i = 0; i < part.Length; i++)
            {
                var (key, outcome) = part[i];
                var reply = replies[i];
                if (reply.IsDefiniteRefusal) reply = await client.AnswerAsync("GET", key);
                Assert.False(reply.Kind == ReplyKind.Error, $"GET {key}: {reply}");
                if (outcome == WriteOutcome.Acknowledged) Assert.True(reply.Kind == ReplyKind.Bulk, $"the acknowledged write of {key} is lost");
                if (outcome == WriteOutcome.Refused) Assert.True(reply.Kind == ReplyKind.Nil, $"the write of {key} was refused for certain, and is there");
                if (reply.Kind == ReplyKind.Bulk) Assert.Equal(Keys.ValueOf(key), reply.Text);
            }
        }
    }

    private async Task WorkAsync(int connection)
    {
        int port = connection % _ports.Length, number = 0;
        using var timer = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = RespClient.Connect(_ports[port]);
                while (!_stop.IsCancellationRequested)
                {
                    await RoundAsync(client, [.. Enumerable.Range(number, Window).Select(n => $"{_prefix}:{connection}:{n}")]);
                    number += Window;
                    await timer.WaitForNextTickAsync();
                }
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                number += Window;
                port = (port + 1) % _ports.Length;
                await timer.WaitForNextTickAsync();
            }
        }
    }

    private async Task RoundAsync(RespClient client, string[] keys)
    {
        int answered = 0;
        try
        {
            await client.SendAsync(keys.Select(key => (string[])["SET", key, Keys.ValueOf(key)]));
            for (; answered < keys.Length; answered++)
            {
                var reply = await client.ReceiveAsync();
                if (reply.IsOk) Noted(keys[answered], WriteOutcome.Acknowledged);
                else if (reply.IsDefiniteRefusal) Noted(keys[answered], WriteOutcome.Refused);
                else if (reply.IsUnknownOutcome) Noted(keys[answered], WriteOutcome.Unknown);
                else throw new InvalidOperationException($"SET {keys[answered]}: {reply}");
            }
        }
        finally
        {
            foreach (string key in keys[answered..]) Noted(key, WriteOutcome.Unknown);
        }
    }

    private void Noted(string key, WriteOutcome outcome)
    {
        lock (_writes)
        {
            _writes.Add(new Write(key, outcome));
            if (outcome != WriteOutcome.Acknowledged) return;
            _acknowledged++;
            long now = Stopwatch.GetTimestamp();
            var pause = Stopwatch.GetElapsedTime(_lastAcknowledged, now);
            if (_acknowledged > 1 && pause > LongestPause) LongestPause = pause;
            _lastAcknowledged = now;
        }
    }
}

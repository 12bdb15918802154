using Xunit;

namespace Cluster.Scenarios.Harness;

/// <summary>
/// Clients as they should be: each writes one register after the other of its own keys, and repeats a write on a definite refusal and, at the next
/// node, on a closed connection. Unknown outcomes are counted and repeated as well, since nobody else writes the key. Anything else that is not OK fails the load.
/// </summary>
internal sealed class RetryingLoad : ClientLoad
{
    private const int Connections = 6;
    private const int KeysEach = 16;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly string _prefix;
    private readonly int[,] _values = new int[Connections, KeysEach];
    private readonly int[] _numbers = new int[Connections];
    private int _refusals;
    private int _unknown;

    public RetryingLoad(IEnumerable<int> ports, string prefix) : base(ports, Pace)
    {
        _prefix = prefix;
        Begin(Connections);
    }

    public int Refusals => Volatile.Read(ref _refusals);

    public int Unknown => Volatile.Read(ref _unknown);

    public Task StopAsync() => EndAsync();

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

    /// <summary>The number moves on with an acknowledgement only: what was under way on a broken connection is sent again as it was.</summary>
    protected override async Task RoundAsync(int connection, RespClient client)
    {
        int key = _numbers[connection] % KeysEach;
        string value = $"{_numbers[connection] + 1}";
        var reply = await client.CallAsync("SET", KeyOf(connection, key), value);
        if (reply.IsOk)
        {
            _values[connection, key] = ++_numbers[connection];
            NoteAcknowledged();
        }
        else if (reply.IsDefiniteRefusal) Interlocked.Increment(ref _refusals);
        else if (reply.IsUnknownOutcome) Interlocked.Increment(ref _unknown);
        else throw new InvalidOperationException($"SET {KeyOf(connection, key)} {value}: {reply}");
    }

    private string KeyOf(int connection, int key) => $"{_prefix}:{connection}:{key}";
}

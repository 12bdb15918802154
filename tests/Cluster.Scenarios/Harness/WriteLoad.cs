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
internal sealed class WriteLoad : ClientLoad
{
    private const int Connections = 4;
    private const int Window = 8;

    /// <summary>A few thousand writes per second in all.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly string _prefix;
    private readonly int[] _numbers = new int[Connections];
    private readonly List<Write> _writes = [];

    public WriteLoad(IEnumerable<int> ports, string prefix) : base(ports, Pace)
    {
        _prefix = prefix;
        Begin(Connections);
    }

    public async Task<IReadOnlyList<Write>> StopAsync()
    {
        await EndAsync();
        return _writes;
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

    /// <summary>A window of new keys, whatever becomes of it.</summary>
    protected override async Task RoundAsync(int connection, RespClient client)
    {
        int first = _numbers[connection];
        _numbers[connection] += Window;
        string[] keys = [.. Enumerable.Range(first, Window).Select(n => $"{_prefix}:{connection}:{n}")];
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
        lock (_writes) _writes.Add(new Write(key, outcome));
        if (outcome == WriteOutcome.Acknowledged) NoteAcknowledged();
    }
}

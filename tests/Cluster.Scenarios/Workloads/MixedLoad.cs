using System.Diagnostics;
using System.Net.Sockets;
using Cluster.Scenarios.Harness;

namespace Cluster.Scenarios.Workloads;

/// <summary>
/// Clients of all workloads at once: registers, names (SET NX), a set of unique keys, counters, lists and banks. Each client has one command under way, at any node, and
/// goes elsewhere now and then and whenever its connection breaks; no command is ever sent twice. The histories are judged at the end.
/// </summary>
internal sealed class MixedLoad : IAsyncDisposable
{
    private const int CommandsPerConnection = 100;

    /// <summary>Longer than the nodes' write-timeout, so that the node speaks first if it can.</summary>
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly Member[] _nodes;
    private readonly string _prefix;
    private readonly KeyPool _registers, _names, _counters, _lists;
    private readonly List<Write> _set = [];
    private readonly Bank[] _banks;
    private readonly List<string> _violations = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;

    private MixedLoad(Member[] nodes, string prefix, Bank[] banks, int seed, int clients)
    {
        _nodes = nodes;
        _prefix = prefix;
        _banks = banks;
        _registers = new KeyPool($"{prefix}:register", 8, 400);
        _names = new KeyPool($"{prefix}:name", 4, 100);
        _counters = new KeyPool($"{prefix}:counter", 3, 5_000);
        _lists = new KeyPool($"{prefix}:list", 3, 1_000);
        _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => WorkAsync(client, new Random(HashCode.Combine(seed, client)))))];
    }

    public LoadCounts Counts { get; } = new();

    /// <summary>The cluster is whole.</summary>
    public static async Task<MixedLoad> StartAsync(NodeGroup cluster, string prefix, int seed, int clients = 10)
    {
        Bank[] banks = [new($"{{{prefix}:bank0}}"), new($"{{{prefix}:bank1}}")];
        using var client = cluster.All[0].Connect();
        foreach (var bank in banks) await OpenAsync(bank, client);
        return new MixedLoad(cluster.All, prefix, banks, seed, clients);
    }

    /// <summary>Until this many more commands than now have an answer.</summary>
    public Task MoreAsync(int count)
    {
        int wanted = Counts.Known + count;
        return Poll.UntilAsync($"{count} more answers", () =>
        {
            if (_clients.FirstOrDefault(client => client.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
            return Task.FromResult<string?>(Counts.Known >= wanted ? null : $"{Counts.Known} of {wanted}");
        });
    }

    /// <summary>Ends the clients, reads everything once more, at this node, and judges.</summary>
    /// <returns>What was checked; violations are an exception.</returns>
    public async Task<string> StopAndJudgeAsync(Member reader)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        using var client = reader.Connect();
        int undecided = 0;
        foreach (var history in _registers.All().Concat(_names.All()))
        {
            await ReadLastAsync(client, history);
            if (Linearizability.Explain(history.All()) is { } violation) _violations.Add(violation);
            else if (Linearizability.Check(history.All()) == Verdict.Undecided) undecided++;
        }

        foreach (var history in _counters.All())
        {
            await ReadLastAsync(client, history);
            if (CounterChecker.Check(history.All()) is { } violation) _violations.Add(violation);
        }

        foreach (var history in _lists.All())
        {
            string final = (await ReadLastAsync(client, history)).Text;
            var appends = history.All().Where(operation => operation.Kind == OperationKind.Append);
            var reads = history.All().Where(operation => operation is { Kind: OperationKind.Get, IsKnown: true }).Select(operation => operation.Result ?? "");
            if (ListChecker.Check(history.Key, appends, reads, final) is { } violation) _violations.Add(violation);
        }

        foreach (var bank in _banks)
            await Poll.UntilAsync("a bank is read", async () =>
            {
                var (reply, violation) = await bank.ReadAsync(client);
                if (violation is not null) _violations.Add(violation);
                return reply.Kind == ReplyKind.Array ? null : reply.ToString();
            });
        if (_violations.Count > 0) throw new InvalidOperationException($"{_violations.Count} violations:\n{string.Join('\n', _violations.Take(5))}");
        await WriteLoad.VerifyAsync(client, _set);
        return $"{Counts}; {_registers.All().Count} registers, {_names.All().Count} names, {_counters.All().Count} counters, {_lists.All().Count} lists, {_set.Count} elements checked, {undecided} keys undecided";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static async Task OpenAsync(Bank bank, RespClient client) =>
        await Poll.UntilAsync("the accounts are open", async () => await bank.OpenAsync(client) is { IsOk: false } refused ? refused.ToString() : null);

    private async Task WorkAsync(int client, Random random)
    {
        using var timer = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            var node = _nodes[random.Next(_nodes.Length)];
            try
            {
                using var connection = RespClient.Connect(node.Host.Address, node.RespPort, ReplyLimit);
                for (int i = 0; i < CommandsPerConnection && !_stop.IsCancellationRequested; i++)
                {
                    await OneAsync(client, connection, random);
                    await timer.WaitForNextTickAsync();
                }
            }
            catch (Exception broken) when (broken is IOException or SocketException or TimeoutException or OperationCanceledException)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    private Task OneAsync(int client, RespClient connection, Random random) => random.Next(20) switch
    {
        < 4 => OnKeyAsync(client, connection, _registers.Take(random), OperationKind.Get),
        < 8 => OnKeyAsync(client, connection, _registers.Take(random), OperationKind.Set),
        < 9 => OnKeyAsync(client, connection, _names.Take(random), OperationKind.Get),
        < 11 => OnKeyAsync(client, connection, _names.Take(random), OperationKind.SetIfAbsent),
        < 12 => OnKeyAsync(client, connection, _names.Take(random), OperationKind.Delete),
        < 13 => AddToSetAsync(client, connection),
        < 15 => OnKeyAsync(client, connection, _counters.Take(random), random.Next(3) == 0 ? OperationKind.Get : OperationKind.Increment),
        < 18 => OnKeyAsync(client, connection, _lists.Take(random), random.Next(4) == 0 ? OperationKind.Get : OperationKind.Append),
        _ => AtBankAsync(connection, _banks[random.Next(_banks.Length)], random),
    };

    private async Task OnKeyAsync(int client, RespClient connection, KeyHistory history, OperationKind kind)
    {
        string key = history.Key;
        int number = history.Begin();
        string? argument = kind switch
        {
            OperationKind.Set or OperationKind.SetIfAbsent => $"{number}",
            OperationKind.Append => ListChecker.Element(client, number),
            _ => null,
        };
        string[] command = kind switch
        {
            OperationKind.Get => ["GET", key],
            OperationKind.Set => ["SET", key, argument!],
            OperationKind.SetIfAbsent => ["SET", key, argument!, "NX"],
            OperationKind.Delete => ["DEL", key],
            OperationKind.Increment => ["INCR", key],
            _ => ["APPEND", key, argument!],
        };
        var operation = new Operation(client, kind, key, argument, Stopwatch.GetTimestamp(), Operation.Never, null);
        bool open = true; // the outcome is unknown until an answer says otherwise
        try
        {
            var reply = await CallAsync(connection, command);
            if (reply.Kind != ReplyKind.Error) operation = operation with { End = Stopwatch.GetTimestamp(), Result = reply.Kind == ReplyKind.Nil ? null : reply.Text };
            open = !reply.IsDefiniteRefusal;
        }
        finally
        {
            if (open) history.Add(operation);
        }
    }

    private async Task AddToSetAsync(int client, RespClient connection)
    {
        int number;
        lock (_set) number = _set.Count;
        string key = $"{_prefix}:element:{client}:{number}";
        var outcome = WriteOutcome.Unknown;
        try
        {
            var reply = await CallAsync(connection, "SET", key, Keys.ValueOf(key));
            if (reply.IsOk) outcome = WriteOutcome.Acknowledged;
            if (reply.IsDefiniteRefusal) outcome = WriteOutcome.Refused;
        }
        finally
        {
            lock (_set) _set.Add(new Write(key, outcome));
        }
    }

    private async Task AtBankAsync(RespClient connection, Bank bank, Random random)
    {
        if (random.Next(2) == 0)
        {
            Count(await Noted(bank.TransferAsync(connection, random)), "a transfer");
            return;
        }

        var (reply, violation) = await Noted(bank.ReadAsync(connection));
        if (violation is not null)
            lock (_violations) _violations.Add(violation);
        Count(reply, "a read of a bank");
    }

    private async Task<Reply> CallAsync(RespClient connection, params string[] command)
    {
        var reply = await Noted(connection.CallAsync(command));
        Count(reply, string.Join(' ', command));
        return reply;
    }

    private async Task<T> Noted<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch
        {
            Counts.AddUnknown();
            throw;
        }
    }

    private void Count(Reply reply, string what)
    {
        if (reply.Kind != ReplyKind.Error) Counts.AddKnown();
        else if (reply.IsDefiniteRefusal) Counts.AddRefused();
        else if (reply.IsUnknownOutcome) Counts.AddUnknown();
        else throw new InvalidOperationException($"{what}: {reply}");
    }

    private async Task<Reply> ReadLastAsync(RespClient client, KeyHistory history)
    {
        long begin = Stopwatch.GetTimestamp();
        var reply = await client.AnswerAsync("GET", history.Key);
        if (reply.Kind == ReplyKind.Error) throw new InvalidOperationException($"GET {history.Key}: {reply}");
        history.Add(new Operation(-1, OperationKind.Get, history.Key, null, begin, Stopwatch.GetTimestamp(), reply.Kind == ReplyKind.Nil ? null : reply.Text));
        return reply;
    }
}

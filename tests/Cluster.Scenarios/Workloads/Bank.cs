using System.Globalization;
using Cluster.Scenarios.Harness;

namespace Cluster.Scenarios.Workloads;

/// <summary>Accounts of one shard: transfers and reads are transactions, and whoever reads sees the same total.</summary>
internal sealed class Bank(string tag)
{
    private const int Accounts = 5, Start = 100;

    private readonly string[] _accounts = [.. Enumerable.Range(0, Accounts).Select(number => $"{tag}:account{number}")];

    /// <summary>One record opens all accounts; it may be done again as long as nobody has transferred.</summary>
    public Task<Reply> OpenAsync(RespClient client) =>
        client.CallAsync(["MSET", .. _accounts.SelectMany(account => (string[])[account, Start.ToString(CultureInfo.InvariantCulture)])]);

    /// <returns>The answer to EXEC.</returns>
    public Task<Reply> TransferAsync(RespClient client, Random random)
    {
        int from = random.Next(Accounts), to = (from + 1 + random.Next(Accounts - 1)) % Accounts, amount = random.Next(1, 20);
        return TransactAsync(client, ["INCRBY", _accounts[from], $"-{amount}"], ["INCRBY", _accounts[to], $"{amount}"]);
    }

    /// <summary>Null: the total is right, or the read was refused (`reply` says).</summary>
    public async Task<(Reply Reply, string? Violation)> ReadAsync(RespClient client)
    {
        var reply = await TransactAsync(client, [.. _accounts.Select(account => (string[])["GET", account])]);
        return (reply, reply.Kind == ReplyKind.Array ? Judge(reply) : null);
    }

    private string? Judge(Reply reply)
    {
        long total = 0;
        foreach (var item in reply.Items!)
        {
            if (!long.TryParse(item.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long balance)) return $"bank {tag}: {reply}";
            total += balance;
        }

        return total == Accounts * Start ? null : $"bank {tag}: the total is {total}: {reply}";
    }

    private static async Task<Reply> TransactAsync(RespClient client, params string[][] commands)
    {
        await client.SendAsync([["MULTI"], .. commands, ["EXEC"]]);
        var replies = await client.ReceiveAsync(commands.Length + 2);
        return replies[^1];
    }
}

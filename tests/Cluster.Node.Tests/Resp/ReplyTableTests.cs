using System.Text;
using Xunit;

namespace Cluster.Node.Tests.Resp;

/// <summary>
/// The files in Replies hold what Redis 7.0 answers, command by command; an empty line begins anew with an empty database and a new
/// connection. A line: the command as one would type it, ` => `, the reply with '|' for line ends.
/// </summary>
public class ReplyTableTests
{
    [Theory]
    [InlineData("strings.txt", 1)]
    [InlineData("strings.txt", 3)]
    [InlineData("transactions.txt", 1)]
    [InlineData("transactions.txt", 3)]
    public async Task A_reply_differs_from_that_of_Redis(string file, int shards)
    {
        await using var live = new LiveShards(shards);
        var client = live.Connect();
        var wrong = new StringBuilder();
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "tests/Cluster.Node.Tests/Resp/Replies", file)))
        {
            number++;
            if (line.Length == 0)
            {
                await client.CallAsync("FLUSHALL");
                await client.DisposeAsync();
                client = live.Connect();
                continue;
            }

            int arrow = line.IndexOf(" => ", StringComparison.Ordinal);
            string reply = await client.CallAsync([.. line[..arrow].Split(' ').Select(word => word == "''" ? "" : word)]);
            if (reply != line[(arrow + 4)..].TrimEnd('|')) wrong.AppendLine($"{file}:{number}: {line}, here {reply}");
        }

        await client.DisposeAsync();
        Assert.Equal("", wrong.ToString());
    }
}

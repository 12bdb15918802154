using System.Buffers.Text;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]: the committed keys of one shard after the other. A key that is there from the first call to the last is told at
/// least once, also if leaders change meanwhile.
/// </summary>
internal static class ScanCommand
{
    public static void Scan(CommandRouter router, CommandArguments arguments)
    {
        if (!Utf8Parser.TryParse(arguments[1], out ulong value, out int used) || used != arguments[1].Length || ScanCursor.Of(value).Shard >= router.Backend!.Router.Shards)
        {
            router.Fail("ERR invalid cursor"u8);
            return;
        }

        long count = 10;
        int pattern = 0;
        bool hasStrings = true;
        for (int i = 2; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || !(arguments.Is(i, "MATCH"u8) || arguments.Is(i, "COUNT"u8) || arguments.Is(i, "TYPE"u8)))
            {
                router.Fail("ERR syntax error"u8);
                return;
            }

            if (arguments.Is(i, "MATCH"u8)) pattern = i + 1;
            else if (arguments.Is(i, "TYPE"u8)) hasStrings = arguments.Is(i + 1, "string"u8);
            else if (!StringCommands.TryInteger(router, arguments, i + 1, out count)) return;
            else if (count < 1)
            {
                router.Fail("ERR syntax error"u8);
                return;
            }
        }

        if (!hasStrings)
        {
            // There are no keys of another type.
            router.Local("*2\r\n$1\r\n0\r\n*0\r\n"u8);
            return;
        }

        var cursor = ScanCursor.Of(value);
        int batch = router.BatchFor(cursor.Shard, read: true);
        var only = pattern == 0 || arguments[pattern] is [(byte)'*'] ? default : arguments[pattern];
        router.Round.ArgumentBytes += only.Length;
        router.Round.AddScan(batch, router.Round.Batch(batch).AddScan(cursor, (int)Math.Min(count, int.MaxValue), only), router.Backend!.Router.Shards);
    }
}

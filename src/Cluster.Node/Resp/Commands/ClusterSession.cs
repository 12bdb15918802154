using System.Buffers.Text;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// CLUSTER SESSION NEW → a session id (32 hexadecimal digits). CLUSTER SESSION id sequence → OK, and the next write command of this connection is that write of that
/// session: applied at most once, however often it is sent, through whichever node; each time it is answered as the first time. Sequences count from 1, per session
/// and shard.
/// </summary>
internal static class ClusterSession
{
    public static void Session(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count == 3 && arguments.Is(2, "NEW"u8)) New(router);
        else if (arguments.Count != 4) router.Fail("ERR CLUSTER SESSION takes NEW, or a session id and a sequence"u8);
        else if (!NamedWrite.TryReadId(arguments[2], TimeProvider.System, out var id)) router.Fail("ERR a session id is 32 hexadecimal digits, as CLUSTER SESSION NEW gives them"u8);
        else if (!Utf8Parser.TryParse(arguments[3], out long sequence, out int read) || read != arguments[3].Length || sequence <= 0) router.Fail("ERR a sequence is a whole number from 1 on"u8);
        else
        {
            router.Session.NextWrite = new NamedWrite(id, sequence);
            router.Ok();
        }
    }

    private static void New(CommandRouter router)
    {
        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        output.Bulk(NamedWrite.NewId(TimeProvider.System));
        output.Flush();
        router.Round.EndLocal(from);
    }
}

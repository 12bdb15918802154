using System.Buffers.Binary;
using System.Globalization;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// CLUSTER BOOKMARK: the place in each shard that this connection has written to, `shard:lsn:term,…`, behind all its writes. CLUSTER WAITBOOKMARK
/// bookmark [ms]: until the replicas on the node that is asked show it; then READONLY reads there see those writes.
/// </summary>
internal static class BookmarkCommands
{
    private const long DefaultWaitMillis = 5_000;

    public static void Bookmark(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count != 2) router.Fail("ERR wrong number of arguments for 'cluster bookmark'");
        else if (router.Backend is not { } backend) router.Fail(router.Services.Loading);
        else
        {
            var round = router.Round;
            round.BeginParts();
            for (int shard = 0; shard < backend.Router.Shards; shard++)
            {
                if (router.Session.Written?[shard] != true) continue;
                int batch = round.NewBatch(shard, readOnly: false, router.Session.Policy);
                round.AddPart(batch, round.Batch(batch).Add(CommandKind.Bookmark));
            }

            round.EndJoined();
        }
    }

    public static void Wait(CommandRouter router, CommandArguments arguments)
    {
        if (router.Backend is not { } backend)
        {
            router.Fail(router.Services.Loading);
            return;
        }

        long millis = DefaultWaitMillis;
        if (arguments.Count is not (3 or 4)
            || (arguments.Count == 4 && !long.TryParse(arguments[3], NumberStyles.None, CultureInfo.InvariantCulture, out millis)) || millis > 3_600_000)
        {
            router.Fail("ERR expected CLUSTER WAITBOOKMARK bookmark [milliseconds up to 3600000]");
            return;
        }

        // All of it is understood before any of it is waited for.
        for (var rest = arguments[2]; rest.Length > 0;)
        {
            if (TryTake(ref rest, out int shard, out _, out _) && shard < backend.Router.Shards) continue;
            router.Fail("ERR expected a bookmark, shard:lsn:term,…, as CLUSTER BOOKMARK gives it");
            return;
        }

        var round = router.Round;
        round.BeginParts();
        Span<byte> place = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], millis * 1_000);
        for (var rest = arguments[2]; rest.Length > 0;)
        {
            TryTake(ref rest, out int shard, out long lsn, out long term);
            BinaryPrimitives.WriteInt64LittleEndian(place, lsn);
            BinaryPrimitives.WriteInt64LittleEndian(place[8..], term);
            int batch = round.NewBatch(shard, readOnly: true, router.Session.Policy);
            round.AddPart(batch, round.Batch(batch).Add(CommandKind.WaitBookmark, place));
        }

        round.EndAllOk();
        // Reads of a pipeline behind it are evaluated meanwhile: who needs it before a read waits for its answer.
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out int shard, out long lsn, out long term)
    {
        int comma = rest.IndexOf((byte)',');
        var part = comma < 0 ? rest : rest[..comma];
        rest = comma < 0 ? default : rest[(comma + 1)..];
        (shard, lsn, term) = (0, 0, 0);
        int first = part.IndexOf((byte)':');
        int second = first < 0 ? -1 : part[(first + 1)..].IndexOf((byte)':') + first + 1;
        return second > first && first > 0
            && int.TryParse(part[..first], NumberStyles.None, CultureInfo.InvariantCulture, out shard)
            && long.TryParse(part[(first + 1)..second], NumberStyles.None, CultureInfo.InvariantCulture, out lsn)
            && long.TryParse(part[(second + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out term);
    }
}

using System.Globalization;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// CLUSTER STALENESS [key]: how old READONLY reads on this node are, of the key's shard or of all. CLUSTER MAXSTALENESS [milliseconds | off]: this connection's READONLY
/// reads are refused by a replica that may be further behind its leader.
/// </summary>
internal static class StalenessCommands
{
    private const long MillisMax = 3_600_000;

    public static void Staleness(CommandRouter router, CommandArguments arguments)
    {
        if (router.Backend is not { } backend)
        {
            router.Fail(router.Services.Loading);
            return;
        }

        if (arguments.Count > 3)
        {
            router.Fail("ERR expected CLUSTER STALENESS [key]");
            return;
        }

        int first = arguments.Count == 3 ? router.ShardOf(arguments[2]) : 0;
        int end = arguments.Count == 3 ? first + 1 : backend.Router.Shards;
        var round = router.Round;
        round.BeginParts();
        for (int shard = first; shard < end; shard++)
        {
            int batch = round.NewBatch(shard, readOnly: true, router.Session.Policy);
            round.AddPart(batch, round.Batch(batch).Add(CommandKind.Staleness));
        }

        round.EndJoined();
    }

    public static void Max(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count == 2)
        {
            int from = router.Round.LocalLength;
            var output = router.Round.BeginLocal();
            output.Integer((long)router.Session.MaxStaleness.TotalMilliseconds);
            output.Flush();
            router.Round.EndLocal(from);
            return;
        }

        long millis = 0;
        bool understood = arguments.Count == 3
            && (arguments.Is(2, "OFF"u8) || (long.TryParse(arguments[2], NumberStyles.None, CultureInfo.InvariantCulture, out millis) && millis <= MillisMax));
        if (!understood)
        {
            router.Fail("ERR expected CLUSTER MAXSTALENESS [milliseconds up to 3600000 | off]");
            return;
        }

        router.Session.MaxStaleness = TimeSpan.FromMilliseconds(millis);
        router.Round.Seal(); // the batches of a round have one bound
        router.Ok();
    }
}

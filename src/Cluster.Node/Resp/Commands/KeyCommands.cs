using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// Commands on keys. One on several keys is split by shard (DESIGN C2): one entry per key, put together again by the round.
/// </summary>
internal static class KeyCommands
{
    public static void Get(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.Get, arguments[1]);

    public static void Delete(CommandRouter router, CommandArguments arguments)
    {
        if (PerKey(router, arguments, CommandKind.Delete, read: false)) router.Round.EndSum();
    }

    public static void Exists(CommandRouter router, CommandArguments arguments)
    {
        if (PerKey(router, arguments, CommandKind.Exists, read: true)) router.Round.EndSum();
    }

    public static void GetMany(CommandRouter router, CommandArguments arguments)
    {
        if (PerKey(router, arguments, CommandKind.Get, read: true)) router.Round.EndArray();
    }

    /// <summary>MSET key value [key value …]: one atomic record, hence of one shard.</summary>
    public static void SetMany(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count % 2 == 0)
        {
            router.Fail("ERR wrong number of arguments for 'mset' command"u8);
            return;
        }

        int shard = router.ShardOf(arguments[1]);
        for (int i = 3; i < arguments.Count; i += 2)
        {
            if (router.ShardOf(arguments[i]) == shard) continue;
            router.Fail("CROSSSLOT Keys in request don't belong to the same shard"u8);
            return;
        }

        if (router.Redirected(arguments[1], read: false)) return;
        int index = router.BatchFor(shard, read: false);
        var batch = router.Round.Batch(index);
        int before = batch.ArgumentBytes;
        router.Round.AddSingle(index, batch.AddSetMany());
        for (int i = 1; i < arguments.Count; i += 2) batch.AddPair(arguments[i], arguments[i + 1]);
        router.Round.ArgumentBytes += batch.ArgumentBytes - before;
    }

    public static void Size(CommandRouter router, CommandArguments arguments)
    {
        PerShard(router, CommandKind.Count, read: true);
        router.Round.EndSum();
    }

    /// <summary>FLUSHALL [ASYNC | SYNC]: one record per shard, whatever is in it, so both are the same.</summary>
    public static void FlushAll(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count > 2 || (arguments.Count == 2 && !arguments.Is(1, "ASYNC"u8) && !arguments.Is(1, "SYNC"u8)))
        {
            router.Fail("ERR syntax error"u8);
            return;
        }

        PerShard(router, CommandKind.FlushAll, read: false);
        router.Round.EndAllOk();
    }

    /// <summary>False if the command was answered already.</summary>
    private static bool PerKey(CommandRouter router, CommandArguments arguments, CommandKind kind, bool read)
    {
        // Redirecting clients take care of the shards themselves: the first key that is led elsewhere names the way.
        for (int i = 1; i < arguments.Count; i++)
            if (router.Redirected(arguments[i], read)) return false;

        var round = router.Round;
        round.BeginParts();
        for (int i = 1; i < arguments.Count; i++)
        {
            var key = arguments[i];
            int batch = router.BatchFor(router.ShardOf(key), read);
            round.ArgumentBytes += key.Length;
            round.AddPart(batch, round.Batch(batch).Add(kind, key));
        }

        return true;
    }

    private static void PerShard(CommandRouter router, CommandKind kind, bool read)
    {
        var round = router.Round;
        round.BeginParts();
        for (int shard = 0; shard < router.Backend!.Router.Shards; shard++)
        {
            int batch = router.BatchFor(shard, read);
            round.AddPart(batch, round.Batch(batch).Add(kind));
        }
    }
}

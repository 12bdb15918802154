using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// MULTI, EXEC, DISCARD, WATCH, UNWATCH. Commands are queued here as they came; at EXEC each goes through its handler into a round of its own, whose one batch travels
/// to the shard as one command (<see cref="CommandKind.Transaction"/>) and comes back as one reply.
/// </summary>
internal static class TransactionCommands
{
    public static void Multi(CommandRouter router, CommandArguments arguments)
    {
        var transaction = router.Transaction ??= new ClientTransaction();
        if (transaction.IsOpen)
        {
            router.Fail("ERR MULTI calls can not be nested"u8);
            return;
        }

        transaction.IsOpen = true;
        router.Ok();
    }

    public static void Discard(CommandRouter router, CommandArguments arguments)
    {
        if (router.Transaction is not { IsOpen: true } transaction)
        {
            router.Fail("ERR DISCARD without MULTI"u8);
            return;
        }

        transaction.Reset();
        // The write that had a name does not take place.
        router.Session.NextWrite = default;
        router.Ok();
    }

    public static void Unwatch(CommandRouter router, CommandArguments arguments)
    {
        // Inside a transaction the watches are dropped by its EXEC anyway.
        if (router.Transaction is { IsOpen: false } transaction) transaction.Watches.Clear();
        router.Ok();
    }

    /// <summary>WATCH key [key …]. What follows on the connection waits for the reply: EXEC has to send it along.</summary>
    public static void Watch(CommandRouter router, CommandArguments arguments)
    {
        var transaction = router.Transaction ??= new ClientTransaction();
        if (transaction.IsOpen)
        {
            router.Fail("ERR WATCH inside MULTI is not allowed"u8);
            return;
        }

        if (!transaction.MayWatch(arguments.Count - 1))
        {
            router.Fail("ERR too many watched keys"u8);
            return;
        }

        for (int i = 1; i < arguments.Count; i++)
            if (router.Redirected(arguments[i], read: false)) return;

        var round = router.Round;
        round.BeginParts();
        for (int i = 1; i < arguments.Count; i++)
        {
            var watched = new WatchedKey(arguments[i].ToArray());
            transaction.Watches.Add(watched);
            int batch = router.BatchFor(router.ShardOf(watched.Key), read: false);
            round.ArgumentBytes += watched.Key.Length;
            round.AddPart(batch, round.Batch(batch).Add(CommandKind.Watch, watched.Key));
            round.AddWatch(watched);
        }

        round.EndWatches();
        round.SealUntilAnswered();
    }

    public static void Exec(CommandRouter router, CommandArguments arguments)
    {
        if (router.Transaction is not { IsOpen: true } transaction)
        {
            router.Fail("ERR EXEC without MULTI"u8);
            return;
        }

        router.BeginNamed();
        if (transaction.IsBroken) router.Fail("EXECABORT Transaction discarded because of previous errors."u8);
        else Run(router, transaction);
        router.EndNamed();
        transaction.Reset();
    }

    private static void Run(CommandRouter router, ClientTransaction transaction)
    {
        var commands = ReplyRound.RentNested(router.Round.Protocol);
        bool isOneShard = router.Collect(transaction, commands, out int shard);
        foreach (var watched in transaction.Watches)
        {
            int other = router.ShardOf(watched.Key);
            if (shard < 0) shard = other;
            isOneShard &= shard == other;
        }

        if (!isOneShard)
        {
            commands.ReturnNested();
            router.Fail("CROSSSLOT Keys in request don't belong to the same shard"u8);
            return;
        }

        var round = router.Round;
        if (shard < 0 && router.IsNamed)
        {
            commands.ReturnNested();
            router.FailNamed();
            return;
        }

        if (shard < 0)
        {
            round.AddNested(commands);
            return;
        }

        var nested = commands.Batches == 0 ? null : commands.Batch(0);
        int index = router.BatchFor(shard, read: false);
        var batch = round.Batch(index);
        int before = batch.ArgumentBytes;
        // With a name it counts as a write whatever it does: its answer is kept.
        int command = batch.BeginTransaction(transaction.Watches.Count, nested?.HasWrite == true || router.IsNamed);
        foreach (var watched in transaction.Watches) batch.AddWatch(watched.Key, watched.Token);
        batch.EndTransaction(nested);
        round.ArgumentBytes += batch.ArgumentBytes - before;
        round.AddTransaction(index, command, commands);
    }
}

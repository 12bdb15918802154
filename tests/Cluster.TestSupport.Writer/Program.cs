using Cluster.Storage;
using Cluster.TestSupport.Writer;

// Writes into the store in the folder given, as fast as it goes, and prints every LSN that is reported flushed. Tests kill it.
using var pool = new Cluster.Storage.Log.WriterPool(1);
var listener = new PrintingListener();
Console.WriteLine("opening");
var store = ShardStore.Open(KillStore.Options(args[0], pool, listener));
Console.WriteLine("open");
var term = store.LastTerm.Next;
while (true)
{
    for (var i = 0; i < 20; i++)
        KillLoad.AppendNext(store, term);
    store.RequestFlush();
    do
        store.AdvanceCommit(Lsn.Max(store.CommitLsn, store.FlushedLsn));
    while (!store.Log.HasRoom);
    KillStore.Tend(store);
}

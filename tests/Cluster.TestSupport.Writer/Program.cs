using Cluster.Storage;
using Cluster.Storage.Log;

// Appends to the log in the folder given, as fast as it goes, and prints every LSN that is reported flushed. Tests kill it.
using var pool = new WriterPool(1);
var listener = new PrintingListener();
var log = ShardLog.Open(
    new ShardLogOptions
    {
        Folder = Path.Combine(args[0], "shard-0"),
        Shard = 0,
        ClusterId = new Guid("11111111-2222-3333-4444-555555555555"),
        Environment = StorageEnvironment.ForProcess(pool),
        Listener = listener,
        SegmentBytes = 1 << 20,
        BufferBytes = 1 << 20,
        UnflushedBytesMax = 64 << 10,
    },
    listener);
var term = log.LastTerm.Next;
while (true)
{
    for (var i = 0; i < 20; i++)
    {
        log.Append(RecordKind.Keys, term, 0, SessionStamp.None, 100).Fill((byte)i);
        log.Commit(out _);
    }

    log.RequestFlush();
    while (!log.HasRoom)
        Thread.Yield();
}

internal sealed class PrintingListener : ILogListener, IRecordReplay
{
    private readonly StreamWriter _output = new(Console.OpenStandardOutput()) { AutoFlush = true };

    public void Flushed(Lsn through) => _output.WriteLine(through.Value);

    public void FlushFailed(Exception cause) => Environment.FailFast("the disk failed", cause);

    public void OnRecord(in RecordView record, RecordLocation location)
    {
    }
}

using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Data;

/// <summary>An open shard with a writer thread of its own; disposing it closes it cleanly.</summary>
internal sealed class OpenStore : IDisposable
{
    private static readonly Guid ClusterId = new("6f1c1a34-1f0e-4d8e-9a53-0f3f0a0b0c0d");

    private readonly WriterPool _pool = new(1);

    public OpenStore(string folder, bool hints = true, long bufferBytes = 8 << 20, bool merge = true)
    {
        Store = ShardStore.Open(new ShardStoreOptions
        {
            Hints = hints,
            Merge = new MergeOptions { Enabled = merge },
            Log = new ShardLogOptions
            {
                Folder = folder,
                Shard = 0,
                ClusterId = ClusterId,
                Environment = StorageEnvironment.ForProcess(_pool),
                Listener = Pump,
                BufferBytes = bufferBytes,
            },
        });
    }

    public ShardStore Store { get; }

    public LogPump Pump { get; } = new();

    public void Dispose()
    {
        LogPump.Close(Store.Close);
        Store.Dispose();
        _pool.Dispose();
    }
}

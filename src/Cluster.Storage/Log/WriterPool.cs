namespace Cluster.Storage.Log;

/// <summary>The writer threads of a node, each with its set of participants.</summary>
public sealed class WriterPool : IStorageScheduler, IDisposable
{
    public WriterPool(int threads = 2, TimeProvider? time = null) => throw new NotImplementedException();

    public IStorageLane Assign() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

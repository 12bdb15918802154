using System.Collections.Concurrent;

namespace Cluster.Storage.Keys;

/// <summary>
/// Takes changes of a directory one by one and makes them in groups, in their order; with a thread of its own while the caller reads and hashes on. Until
/// <see cref="Flush"/> has returned, nobody else changes the directory and what was added may not show yet. One caller.
/// </summary>
internal sealed class DirectoryFeeder(KeyDirectory directory, bool ownThread) : IDisposable
{
    private const int ChunkLength = 4096;

    /// <summary>Chunks handed over and not made yet: 128 KiB each.</summary>
    private const int ChunksMax = 4;

    private readonly ConcurrentQueue<Chunk> _handed = new();
    private readonly ConcurrentQueue<DirectoryOperation[]> _free = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly SemaphoreSlim _room = new(ChunksMax);
    private DirectoryOperation[] _filling = [];
    private int _count;
    private uint _file;
    private Thread? _thread;
    private volatile Exception? _failure;

    private readonly record struct Chunk(DirectoryOperation[] Operations, int Count, uint File);

    public void Add(uint file, in DirectoryOperation operation)
    {
        if (_count == ChunkLength || (file != _file && _count > 0))
            HandOver();
        if (_filling.Length == 0)
            _filling = new DirectoryOperation[ChunkLength];
        _file = file;
        _filling[_count++] = operation;
    }

    /// <summary>Everything that was added is in the directory when this returns.</summary>
    public void Flush()
    {
        if (_count > 0)
            HandOver();
        if (_thread is null)
            return;
        for (var i = 0; i < ChunksMax; i++)
            _room.Wait();
        _room.Release(ChunksMax);
        ThrowIfFailed();
    }

    /// <summary>What was not flushed may be lost.</summary>
    public void Dispose()
    {
        if (_thread is not null)
        {
            _handed.Enqueue(default);
            _ready.Release();
            _thread.Join();
        }

        _ready.Dispose();
        _room.Dispose();
    }

    private void HandOver()
    {
        if (!ownThread)
        {
            directory.Apply(_file, _filling.AsSpan(0, _count));
            _count = 0;
            return;
        }

        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "storage-directory" };
            _thread.Start();
        }

        _room.Wait();
        ThrowIfFailed();
        _handed.Enqueue(new Chunk(_filling, _count, _file));
        _ready.Release();
        _filling = _free.TryDequeue(out var free) ? free : [];
        _count = 0;
    }

    private void Run()
    {
        while (true)
        {
            _ready.Wait();
            if (!_handed.TryDequeue(out var chunk) || chunk.Operations is null)
                return;
            try
            {
                if (_failure is null)
                    directory.Apply(chunk.File, chunk.Operations.AsSpan(0, chunk.Count));
            }
            catch (Exception error)
            {
                _failure = error;
            }

            _free.Enqueue(chunk.Operations);
            _room.Release();
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }
}

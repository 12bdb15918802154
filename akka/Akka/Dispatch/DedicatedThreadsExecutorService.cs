using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Akka.Dispatch;

/// <summary>
/// A fixed number of own threads, started with the first work. After Shutdown they finish what is queued and end; work that comes
/// later still runs, on the .NET pool, so that nothing that was handed over is ever lost.
/// </summary>
internal sealed class DedicatedThreadsExecutorService : ExecutorService
{
    private readonly ConcurrentQueue<IRunnable> _queue = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly object _lock = new();
    private readonly int _threads;
    private readonly bool _background;
    private volatile bool _started;
    private volatile bool _shutDown;

    public DedicatedThreadsExecutorService(string id, int threads, bool background) : base(id)
    {
        _threads = threads;
        _background = background;
    }

    public override void Execute(IRunnable run)
    {
        if (!_started) Start();
        if (_shutDown)
        {
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
            return;
        }

        _queue.Enqueue(run);
        _available.Release();
        if (_shutDown) DrainToPool();
    }

    public override void Shutdown()
    {
        lock (_lock)
        {
            if (_shutDown) return;
            _shutDown = true;
        }

        _available.Release(_threads);
    }

    private void Start()
    {
        lock (_lock)
        {
            if (_started || _shutDown) return;
            for (int i = 0; i < _threads; i++)
            {
                Thread thread = new(Work) { IsBackground = _background, Name = Id + "-" + (i + 1) };
                thread.Start();
            }

            _started = true;
        }
    }

    private void Work()
    {
        while (true)
        {
            _available.Wait();
            if (_queue.TryDequeue(out IRunnable run))
            {
                try
                {
                    run.Run();
                }
                catch (Exception e)
                {
                    // Mailboxes report their failures themselves; anything else must not take the thread away from the others.
                    Console.Error.WriteLine("[" + Id + "] " + e);
                }
            }
            else if (_shutDown)
            {
                return;
            }
        }
    }

    // Work that met the shutdown half way; the threads may have ended already.
    private void DrainToPool()
    {
        while (_queue.TryDequeue(out IRunnable run)) ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }
}

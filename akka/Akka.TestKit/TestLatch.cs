using System;
using System.Threading.Tasks;

namespace Akka.TestKit;

/// <summary>Opens when it has been counted down, and can be waited for.</summary>
public class TestLatch
{
    /// <summary>How long is waited unless a time is given.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly int _initialCount;
    private readonly object _sync = new();
    private int _count;
    private TaskCompletionSource _opened;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;

    /// <summary>Closed until it has been counted down that often.</summary>
    public TestLatch() : this(1)
    {
    }

    /// <summary>Closed until it has been counted down that often.</summary>
    public TestLatch(int count) : this(count, DefaultTimeout)
    {
    }

    /// <summary>Closed until it has been counted down that often.</summary>
    public TestLatch(int count, TimeSpan defaultTimeout) : this(static time => time, defaultTimeout, count)
    {
    }

    /// <summary>Closed until it has been counted down that often.</summary>
    protected internal TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _initialCount = count;
        _dilate = dilate;
        _defaultTimeout = defaultTimeout;
        Reset();
    }

    /// <summary>True once the count is zero.</summary>
    public bool IsOpen => Opened.IsCompleted;

    private Task Opened
    {
        get
        {
            lock (_sync)
            {
                return _opened.Task;
            }
        }
    }

    /// <summary>Counts one down.</summary>
    public void CountDown()
    {
        lock (_sync)
        {
            if (_count > 0 && --_count == 0)
            {
                _opened.TrySetResult();
            }
        }
    }

    /// <summary>Opens at once.</summary>
    public void Open()
    {
        lock (_sync)
        {
            _count = 0;
            _opened.TrySetResult();
        }
    }

    /// <summary>Closes again, with the count that it began with.</summary>
    public void Reset()
    {
        lock (_sync)
        {
            _count = _initialCount;
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0)
            {
                _opened.SetResult();
            }
        }
    }

    /// <summary>Waits until it is open; fails if that takes too long.</summary>
    public void Ready() => Ready(_defaultTimeout);

    /// <exception cref="TimeoutException">It has not opened in time (dilated).</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
        {
            throw new ArgumentException("The wait must be finite.", nameof(timeout));
        }

        if (!Opened.Wait(_dilate(timeout)))
        {
            throw new TimeoutException($"Timeout of {timeout}: the latch has not opened.");
        }
    }
}

using System;
using System.Threading;

namespace Akka.TestKit;

/// <summary>Opens when it has been counted down, and can be waited for.</summary>
public class TestLatch
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _latch;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;

    public TestLatch() : this(1)
    {
    }

    public TestLatch(int count) : this(count, DefaultTimeout)
    {
    }

    public TestLatch(int count, TimeSpan defaultTimeout) : this(static time => time, defaultTimeout, count)
    {
    }

    protected internal TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        _latch = new CountdownEvent(count);
        _dilate = dilate;
        _defaultTimeout = defaultTimeout;
    }

    public bool IsOpen => _latch.CurrentCount == 0;

    public void CountDown() => _latch.Signal();

    public void Open()
    {
        while (!IsOpen)
        {
            CountDown();
        }
    }

    public void Reset() => _latch.Reset();

    public void Ready() => Ready(_defaultTimeout);

    /// <exception cref="TimeoutException">It has not opened in time (dilated).</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
        {
            throw new ArgumentException("The wait must be finite.", nameof(timeout));
        }

        if (!_latch.Wait(_dilate(timeout)))
        {
            throw new TimeoutException($"Timeout of {timeout}: the latch is at {_latch.CurrentCount}.");
        }
    }
}

using System.Threading;

namespace Akka.Util.Internal;

/// <summary>An int that several threads count with.</summary>
public class AtomicCounter
{
    private int _value;

    public AtomicCounter()
    {
    }

    public AtomicCounter(int initialValue)
    {
        _value = initialValue;
    }

    public int Current => Volatile.Read(ref _value);

    public int Next() => Interlocked.Increment(ref _value);

    public int IncrementAndGet() => Interlocked.Increment(ref _value);

    public int GetAndIncrement() => Interlocked.Increment(ref _value) - 1;

    public int DecrementAndGet() => Interlocked.Decrement(ref _value);

    public int AddAndGet(int amount) => Interlocked.Add(ref _value, amount);

    public int GetAndSet(int value) => Interlocked.Exchange(ref _value, value);

    public bool CompareAndSet(int expected, int newValue) => Interlocked.CompareExchange(ref _value, newValue, expected) == expected;

    public void Reset() => Volatile.Write(ref _value, 0);
}

/// <summary>A long that several threads count with.</summary>
public class AtomicCounterLong
{
    private long _value;

    public AtomicCounterLong()
    {
    }

    public AtomicCounterLong(long value)
    {
        _value = value;
    }

    public long Current => Volatile.Read(ref _value);

    public long Next() => Interlocked.Increment(ref _value);

    public long IncrementAndGet() => Interlocked.Increment(ref _value);

    public long GetAndIncrement() => Interlocked.Increment(ref _value) - 1;

    public long DecrementAndGet() => Interlocked.Decrement(ref _value);

    public long AddAndGet(long amount) => Interlocked.Add(ref _value, amount);

    public long GetAndSet(long value) => Interlocked.Exchange(ref _value, value);

    public bool CompareAndSet(long expected, long newValue) => Interlocked.CompareExchange(ref _value, newValue, expected) == expected;

    public void Reset() => Volatile.Write(ref _value, 0);

    public override string ToString() => Current.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

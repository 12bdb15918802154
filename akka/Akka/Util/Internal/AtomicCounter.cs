using System.Threading;

namespace Akka.Util.Internal;

/// <summary>An int that several threads count with.</summary>
public class AtomicCounter
{
    private int _value;

    /// <summary>Begins at the given value, or at the one before the first.</summary>
    public AtomicCounter()
    {
    }

    /// <summary>Begins at the given value, or at the one before the first.</summary>
    public AtomicCounter(int initialValue)
    {
        _value = initialValue;
    }

    /// <summary>The value of the moment.</summary>
    public int Current => Volatile.Read(ref _value);

    /// <summary>Adds one and gives the new value.</summary>
    public int Next() => Interlocked.Increment(ref _value);

    /// <summary>Adds one and gives the new value.</summary>
    public int IncrementAndGet() => Interlocked.Increment(ref _value);

    /// <summary>Adds one and gives the old value.</summary>
    public int GetAndIncrement() => Interlocked.Increment(ref _value) - 1;

    /// <summary>Takes one away and gives the new value.</summary>
    public int DecrementAndGet() => Interlocked.Decrement(ref _value);

    /// <summary>Adds and gives the new value.</summary>
    public int AddAndGet(int amount) => Interlocked.Add(ref _value, amount);

    /// <summary>Sets and gives the old value.</summary>
    public int GetAndSet(int value) => Interlocked.Exchange(ref _value, value);

    /// <summary>Sets if the value is the expected one; true if it was.</summary>
    public bool CompareAndSet(int expected, int newValue) => Interlocked.CompareExchange(ref _value, newValue, expected) == expected;

    /// <summary>Sets it to zero.</summary>
    public void Reset() => Volatile.Write(ref _value, 0);
}

/// <summary>A long that several threads count with.</summary>
public class AtomicCounterLong
{
    private long _value;

    /// <summary>Begins at the given value, or at the one before the first.</summary>
    public AtomicCounterLong()
    {
    }

    /// <summary>Begins at the given value, or at the one before the first.</summary>
    public AtomicCounterLong(long value)
    {
        _value = value;
    }

    /// <summary>The value of the moment.</summary>
    public long Current => Volatile.Read(ref _value);

    /// <summary>Adds one and gives the new value.</summary>
    public long Next() => Interlocked.Increment(ref _value);

    /// <summary>Adds one and gives the new value.</summary>
    public long IncrementAndGet() => Interlocked.Increment(ref _value);

    /// <summary>Adds one and gives the old value.</summary>
    public long GetAndIncrement() => Interlocked.Increment(ref _value) - 1;

    /// <summary>Takes one away and gives the new value.</summary>
    public long DecrementAndGet() => Interlocked.Decrement(ref _value);

    /// <summary>Adds and gives the new value.</summary>
    public long AddAndGet(long amount) => Interlocked.Add(ref _value, amount);

    /// <summary>Sets and gives the old value.</summary>
    public long GetAndSet(long value) => Interlocked.Exchange(ref _value, value);

    /// <summary>Sets if the value is the expected one; true if it was.</summary>
    public bool CompareAndSet(long expected, long newValue) => Interlocked.CompareExchange(ref _value, newValue, expected) == expected;

    /// <summary>Sets it to zero.</summary>
    public void Reset() => Volatile.Write(ref _value, 0);

    /// <inheritdoc/>
    public override string ToString() => Current.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

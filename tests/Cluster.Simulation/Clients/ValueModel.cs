namespace Cluster.Simulation.Clients;

/// <summary>What a keyed operation does to a value. Values are 64 bits; 0 stands for an absent key.</summary>
public static class ValueModel
{
    private const int CountBits = 16;

    /// <summary>True if the operation writes <paramref name="next"/>; 0 there is a delete.</summary>
    /// <param name="result">
    /// Of Get the value, of Increment the new number, of Append the new count of parts, of the others 1 if they did something, else 0.
    /// </param>
    public static bool Apply(OperationKind kind, long value, long expected, long state, out long next, out long result)
    {
        next = state;
        switch (kind)
        {
            case OperationKind.Get:
                result = state;
                return false;
            case OperationKind.Set:
                next = value;
                result = 1;
                return true;
            case OperationKind.Delete:
                next = 0;
                result = state != 0 ? 1 : 0;
                return state != 0;
            case OperationKind.SetIfAbsent:
                result = state == 0 ? 1 : 0;
                if (state == 0)
                    next = value;
                return state == 0;
            case OperationKind.CompareAndSet:
                result = state == expected ? 1 : 0;
                if (state == expected)
                    next = value;
                return state == expected;
            case OperationKind.Expire:
                // Whether it did something nobody was told.
                result = 0;
                if (state == expected)
                    next = 0;
                return state == expected;
            case OperationKind.Increment:
                next = result = state + 1;
                return true;
            default:
                result = (state & ((1L << CountBits) - 1)) + 1;
                next = (Chain(state >> CountBits, value) << CountBits) | result;
                return true;
        }
    }

    /// <summary>A list of parts is known by a hash of all of them in order, and their count.</summary>
    private static long Chain(long parts, long part)
    {
        ulong hash = ((ulong)parts * 0x9E3779B97F4A7C15) ^ ((ulong)part * 0xBF58476D1CE4E5B9);
        return (long)(hash ^ (hash >> 29));
    }
}

namespace Cluster.Node.Resp;

/// <summary>How a client gives a time.</summary>
internal enum ExpiryUnit
{
    Seconds,
    Millis,
    SecondsSince1970,
    MillisSince1970,
}

/// <summary>
/// Times of clients, ms as Redis judges them, as commands to shards carry them: µs since 1970 or, negative, from the leader's now on.
/// What Redis accepts and µs cannot hold becomes the latest time there is (the year 294,000).
/// </summary>
internal static class ExpiryTimes
{
    /// <summary>Over since 1970: whatever gets it is deleted.</summary>
    private const long Past = 1;

    /// <summary>EX, PX, EXAT or PXAT.</summary>
    public static bool TryUnit(CommandArguments arguments, int index, out ExpiryUnit unit)
    {
        unit = ExpiryUnit.Seconds;
        if (arguments.Is(index, "EX"u8)) return true;
        if (arguments.Is(index, "PX"u8)) unit = ExpiryUnit.Millis;
        else if (arguments.Is(index, "EXAT"u8)) unit = ExpiryUnit.SecondsSince1970;
        else if (arguments.Is(index, "PXAT"u8)) unit = ExpiryUnit.MillisSince1970;
        else return false;
        return true;
    }

    /// <summary>A time above zero. False if the command is answered with an error.</summary>
    public static bool TryRead(CommandRouter router, CommandArguments arguments, int index, ExpiryUnit unit, string command, out long at)
    {
        at = 0;
        if (!StringCommands.TryInteger(router, arguments, index, out long given)) return false;
        if (given > 0 && TryConvert(given, unit, out at)) return true;
        router.Fail($"ERR invalid expire time in '{command}' command");
        return false;
    }

    /// <summary>Any time; one that is over deletes the key. False if it overflows as Redis counts.</summary>
    public static bool TryConvert(long given, ExpiryUnit unit, out long at)
    {
        at = 0;
        bool relative = unit is ExpiryUnit.Seconds or ExpiryUnit.Millis;
        long millis = given;
        if (unit is ExpiryUnit.Seconds or ExpiryUnit.SecondsSince1970)
        {
            if (given is > long.MaxValue / 1000 or < long.MinValue / 1000) return false;
            millis = given * 1000;
        }

        if (relative && millis > long.MaxValue - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) return false;
        if (millis <= 0) at = Past;
        else
        {
            long micros = millis > long.MaxValue / 1000 ? long.MaxValue : millis * 1000;
            at = relative ? -micros : micros;
        }

        return true;
    }
}

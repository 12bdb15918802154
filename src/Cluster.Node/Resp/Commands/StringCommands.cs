using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>Commands on one key's value. Arguments are judged here, as Redis judges them; what the key holds is judged by its shard's leader.</summary>
internal static class StringCommands
{
    /// <summary>As Redis, whatever the limit of a value here.</summary>
    private const string NotAnInteger = "ERR value is not an integer or out of range";

    /// <summary>SET key value [NX | XX] [GET] [EX seconds | PX ms | EXAT seconds | PXAT ms | KEEPTTL], the options in any order.</summary>
    public static void Set(CommandRouter router, CommandArguments arguments)
    {
        var flags = CommandFlags.None;
        int time = 0;
        ExpiryUnit unit = default;
        for (int i = 3; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "NX"u8) && (flags & CommandFlags.IfPresent) == 0) flags |= CommandFlags.IfAbsent;
            else if (arguments.Is(i, "XX"u8) && (flags & CommandFlags.IfAbsent) == 0) flags |= CommandFlags.IfPresent;
            else if (arguments.Is(i, "GET"u8)) flags |= CommandFlags.ReturnOld;
            else if (arguments.Is(i, "KEEPTTL"u8) && time == 0) flags |= CommandFlags.KeepExpiry;
            else if (time == 0 && (flags & CommandFlags.KeepExpiry) == 0 && i + 1 < arguments.Count && ExpiryTimes.TryUnit(arguments, i, out unit)) time = ++i;
            else
            {
                router.Fail("ERR syntax error"u8);
                return;
            }
        }

        if (time == 0) router.Single(CommandKind.Set, arguments[1], arguments[2], flags);
        else if (ExpiryTimes.TryRead(router, arguments, time, unit, "set", out long at)) router.SingleWithNumber(CommandKind.Set, arguments[1], at, arguments[2], flags | CommandFlags.Expires);
    }

    /// <summary>SETEX key seconds value</summary>
    public static void SetSeconds(CommandRouter router, CommandArguments arguments) => SetExpiring(router, arguments, ExpiryUnit.Seconds, "setex");

    /// <summary>PSETEX key ms value</summary>
    public static void SetMillis(CommandRouter router, CommandArguments arguments) => SetExpiring(router, arguments, ExpiryUnit.Millis, "psetex");

    /// <summary>SETNX key value: 1 or 0.</summary>
    public static void SetIfAbsent(CommandRouter router, CommandArguments arguments)
    {
        if (!router.TryBatchFor(arguments[1], read: false, out int batch)) return;
        router.Round.ArgumentBytes += arguments[1].Length + arguments[2].Length;
        router.Round.AddOkAsInteger(batch, router.Round.Batch(batch).Add(CommandKind.Set, arguments[1], arguments[2], CommandFlags.IfAbsent));
    }

    /// <summary>GETSET key value: SET key value GET.</summary>
    public static void GetSet(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.Set, arguments[1], arguments[2], CommandFlags.ReturnOld);

    public static void GetDelete(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.GetDelete, arguments[1]);

    /// <summary>GETEX key [EX seconds | PX ms | EXAT seconds | PXAT ms | PERSIST]; without an option a GET.</summary>
    public static void GetExpire(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count == 2) router.Single(CommandKind.Get, arguments[1]);
        else if (arguments.Count == 3 && arguments.Is(2, "PERSIST"u8)) router.Single(CommandKind.GetExpire, arguments[1]);
        else if (arguments.Count == 4 && ExpiryTimes.TryUnit(arguments, 2, out var unit))
        {
            if (ExpiryTimes.TryRead(router, arguments, 3, unit, "getex", out long at)) router.SingleWithNumber(CommandKind.GetExpire, arguments[1], at, default, CommandFlags.Expires);
        }
        else router.Fail("ERR syntax error"u8);
    }

    public static void Increment(CommandRouter router, CommandArguments arguments) => router.SingleWithNumber(CommandKind.Increment, arguments[1], 1);

    public static void Decrement(CommandRouter router, CommandArguments arguments) => router.SingleWithNumber(CommandKind.Increment, arguments[1], -1);

    public static void IncrementBy(CommandRouter router, CommandArguments arguments)
    {
        if (TryInteger(router, arguments, 2, out long by)) router.SingleWithNumber(CommandKind.Increment, arguments[1], by);
    }

    public static void DecrementBy(CommandRouter router, CommandArguments arguments)
    {
        if (!TryInteger(router, arguments, 2, out long by)) return;
        if (by == long.MinValue) router.Fail("ERR decrement would overflow"u8);
        else router.SingleWithNumber(CommandKind.Increment, arguments[1], -by);
    }

    public static void Append(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.Append, arguments[1], arguments[2]);

    public static void Length(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.Length, arguments[1]);

    /// <summary>GETRANGE key first last</summary>
    public static void GetRange(CommandRouter router, CommandArguments arguments)
    {
        if (!TryInteger(router, arguments, 2, out long first) || !TryInteger(router, arguments, 3, out long last)) return;
        Span<byte> end = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(end, last);
        router.SingleWithNumber(CommandKind.GetRange, arguments[1], first, end);
    }

    /// <summary>SETRANGE key offset value</summary>
    public static void SetRange(CommandRouter router, CommandArguments arguments)
    {
        if (!TryInteger(router, arguments, 2, out long offset)) return;
        if (offset < 0) router.Fail("ERR offset is out of range"u8);
        else router.SingleWithNumber(CommandKind.SetRange, arguments[1], offset, arguments[3]);
    }

    /// <summary>False if the argument is not an integer as Redis takes them; the command is answered then.</summary>
    public static bool TryInteger(CommandRouter router, CommandArguments arguments, int index, out long value)
    {
        if (StrictInteger.TryParse(arguments[index], out value)) return true;
        router.Fail(NotAnInteger);
        return false;
    }

    private static void SetExpiring(CommandRouter router, CommandArguments arguments, ExpiryUnit unit, string name)
    {
        if (ExpiryTimes.TryRead(router, arguments, 2, unit, name, out long at)) router.SingleWithNumber(CommandKind.Set, arguments[1], at, arguments[3], CommandFlags.Expires);
    }
}

using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>Commands on when a key expires.</summary>
internal static class ExpiryCommands
{
    public static void Expire(CommandRouter router, CommandArguments arguments) => Expire(router, arguments, ExpiryUnit.Seconds, "expire");

    public static void ExpireMillis(CommandRouter router, CommandArguments arguments) => Expire(router, arguments, ExpiryUnit.Millis, "pexpire");

    public static void ExpireAt(CommandRouter router, CommandArguments arguments) => Expire(router, arguments, ExpiryUnit.SecondsSince1970, "expireat");

    public static void ExpireAtMillis(CommandRouter router, CommandArguments arguments) => Expire(router, arguments, ExpiryUnit.MillisSince1970, "pexpireat");

    public static void TimeToLive(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.TimeToLive, arguments[1], default, CommandFlags.Seconds);

    public static void TimeToLiveMillis(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.TimeToLive, arguments[1]);

    public static void ExpireTime(CommandRouter router, CommandArguments arguments) =>
        router.Single(CommandKind.TimeToLive, arguments[1], default, CommandFlags.Absolute | CommandFlags.Seconds);

    public static void ExpireTimeMillis(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.TimeToLive, arguments[1], default, CommandFlags.Absolute);

    public static void Persist(CommandRouter router, CommandArguments arguments) => router.Single(CommandKind.Persist, arguments[1]);

    /// <summary>EXPIRE key time [NX | XX | GT | LT], options as Redis combines them.</summary>
    private static void Expire(CommandRouter router, CommandArguments arguments, ExpiryUnit unit, string name)
    {
        var flags = CommandFlags.None;
        for (int i = 3; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "NX"u8)) flags |= CommandFlags.IfAbsent;
            else if (arguments.Is(i, "XX"u8)) flags |= CommandFlags.IfPresent;
            else if (arguments.Is(i, "GT"u8)) flags |= CommandFlags.IfLater;
            else if (arguments.Is(i, "LT"u8)) flags |= CommandFlags.IfSooner;
            else
            {
                router.Fail($"ERR Unsupported option {arguments.Text(i)}");
                return;
            }
        }

        const CommandFlags ordered = CommandFlags.IfLater | CommandFlags.IfSooner;
        if ((flags & CommandFlags.IfAbsent) != 0 && (flags & (CommandFlags.IfPresent | ordered)) != 0)
            router.Fail("ERR NX and XX, GT or LT options at the same time are not compatible"u8);
        else if ((flags & ordered) == ordered) router.Fail("ERR GT and LT options at the same time are not compatible"u8);
        else if (!StringCommands.TryInteger(router, arguments, 2, out long given))
        {
            // Answered.
        }
        else if (!ExpiryTimes.TryConvert(given, unit, out long at)) router.Fail($"ERR invalid expire time in '{name}' command");
        else router.SingleWithNumber(CommandKind.Expire, arguments[1], at, default, flags);
    }
}

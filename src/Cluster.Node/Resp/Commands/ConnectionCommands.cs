namespace Cluster.Node.Resp;

/// <summary>Commands about the connection itself.</summary>
internal static class ConnectionCommands
{
    public static void Ping(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Count == 1) router.Local("+PONG\r\n"u8);
        else if (arguments.Count == 2) Echo(router, arguments);
        else router.Fail("ERR wrong number of arguments for 'ping' command");
    }

    public static void Echo(CommandRouter router, CommandArguments arguments)
    {
        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        output.Bulk(arguments[1]);
        output.Flush();
        router.Round.EndLocal(from);
    }

    /// <summary>HELLO [version [AUTH user password] [SETNAME name]]: the new version holds from this reply on.</summary>
    public static void Hello(CommandRouter router, CommandArguments arguments)
    {
        int protocol = router.Session.Protocol;
        int next = 1;
        if (arguments.Count > 1)
        {
            if (arguments[1].Length != 1 || arguments[1][0] is not ((byte)'2' or (byte)'3'))
            {
                router.Fail("NOPROTO unsupported protocol version");
                return;
            }

            protocol = arguments[1][0] - '0';
            next = 2;
        }

        string? name = null;
        while (next < arguments.Count)
        {
            if (arguments.Is(next, "SETNAME"u8) && next + 1 < arguments.Count && ClientCommands.TryName(arguments[next + 1], out name)) next += 2;
            else if (arguments.Is(next, "AUTH"u8) && next + 2 < arguments.Count)
            {
                router.Fail("ERR AUTH is not supported: no users are configured");
                return;
            }
            else
            {
                router.Fail($"ERR syntax error in HELLO option '{arguments.Text(next)}'");
                return;
            }
        }

        if (name is not null) router.Session.Name = name;
        router.Session.Protocol = protocol;
        router.Round.Seal(); // the replies of a round have one version
        Describe(router, protocol);
    }

    private static void Describe(CommandRouter router, int protocol)
    {
        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal(protocol);
        output.MapHeader(7);
        output.Bulk("server"u8);
        output.Bulk("redis"u8);
        output.Bulk("version"u8);
        output.Bulk(InfoCommand.RedisVersion);
        output.Bulk("proto"u8);
        output.Integer(protocol);
        output.Bulk("id"u8);
        output.Integer(router.Session.Id);
        output.Bulk("mode"u8);
        output.Bulk("cluster"u8);
        output.Bulk("role"u8);
        output.Bulk("master"u8);
        output.Bulk("modules"u8);
        output.ArrayHeader(0);
        output.Flush();
        router.Round.EndLocal(from);
    }

    public static void Select(CommandRouter router, CommandArguments arguments)
    {
        if (arguments[1].SequenceEqual("0"u8)) router.Ok();
        else router.Fail("ERR SELECT is not allowed in cluster mode");
    }

    public static void Quit(CommandRouter router, CommandArguments arguments)
    {
        router.Ok();
        router.Session.Closing = true;
    }

    public static void ReadOnly(CommandRouter router, CommandArguments arguments)
    {
        router.Session.ReadOnly = true;
        router.Ok();
    }

    public static void ReadWrite(CommandRouter router, CommandArguments arguments)
    {
        router.Session.ReadOnly = false;
        router.Ok();
    }
}

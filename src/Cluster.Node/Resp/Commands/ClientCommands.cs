using System.Text;

namespace Cluster.Node.Resp;

/// <summary>CLIENT and its subcommands.</summary>
internal static class ClientCommands
{
    public static void Client(CommandRouter router, CommandArguments arguments)
    {
        var session = router.Session;
        if (arguments.Is(1, "ID"u8) && arguments.Count == 2) Integer(router, session.Id);
        else if (arguments.Is(1, "GETNAME"u8) && arguments.Count == 2) Bulk(router, session.Name);
        else if (arguments.Is(1, "SETNAME"u8) && arguments.Count == 3) SetName(router, arguments);
        else if (arguments.Is(1, "SETINFO"u8) && arguments.Count == 4) SetInfo(router, arguments);
        else if (arguments.Is(1, "INFO"u8) && arguments.Count == 2) Bulk(router, Line(session));
        else if (arguments.Is(1, "LIST"u8)) Bulk(router, List(router.Services.Clients));
        else if (arguments.Is(1, "NO-EVICT"u8) || arguments.Is(1, "NO-TOUCH"u8)) router.Ok();
        else router.Fail($"ERR unknown subcommand or wrong number of arguments for '{arguments.Text(1)}' of CLIENT");
    }

    /// <summary>False if the name holds blanks, line ends or other unprintable bytes: it would break CLIENT LIST.</summary>
    public static bool TryName(ReadOnlySpan<byte> bytes, out string? name)
    {
        name = null;
        foreach (byte b in bytes)
            if (b is < (byte)'!' or > (byte)'~') return false;
        name = Encoding.ASCII.GetString(bytes);
        return true;
    }

    private static void SetName(CommandRouter router, CommandArguments arguments)
    {
        if (TryName(arguments[2], out string? name))
        {
            router.Session.Name = name!;
            router.Ok();
        }
        else router.Fail("ERR Client names cannot contain spaces, newlines or special characters.");
    }

    private static void SetInfo(CommandRouter router, CommandArguments arguments)
    {
        if (!TryName(arguments[3], out string? value)) router.Fail("ERR Client information cannot contain spaces, newlines or special characters.");
        else if (arguments.Is(2, "LIB-NAME"u8))
        {
            router.Session.LibraryName = value!;
            router.Ok();
        }
        else if (arguments.Is(2, "LIB-VER"u8))
        {
            router.Session.LibraryVersion = value!;
            router.Ok();
        }
        else router.Fail($"ERR Unrecognized option '{arguments.Text(2)}'");
    }

    private static string List(ClientRegistry clients)
    {
        var text = new StringBuilder();
        foreach (var session in clients.All) text.Append(Line(session));
        return text.ToString();
    }

    private static string Line(ClientSession session)
    {
        long age = (long)(TimeProvider.System.GetUtcNow() - session.Since).TotalSeconds;
        string flags = session.ReadOnly ? "r" : "N";
        return $"id={session.Id} addr={session.Remote} laddr={session.Local} name={session.Name} age={age} flags={flags} db=0 resp={session.Protocol} " +
               $"lib-name={session.LibraryName} lib-ver={session.LibraryVersion}\n";
    }

    private static void Integer(CommandRouter router, long value)
    {
        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        output.Integer(value);
        output.Flush();
        router.Round.EndLocal(from);
    }

    private static void Bulk(CommandRouter router, string text)
    {
        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        output.Bulk(text);
        output.Flush();
        router.Round.EndLocal(from);
    }
}

namespace Cluster.Node.Resp;

/// <summary>COMMAND and CONFIG: what clients ask about the server before they start.</summary>
internal static class ServerCommands
{
    /// <summary>
    /// What CONFIG GET knows: the few Redis settings that clients and benchmarks look at, with the values that are true here.
    /// The settings of the node are in its configuration files.
    /// </summary>
    private static readonly (string Name, string Value)[] Known =
    [
        ("appendfsync", "always"),
        ("appendonly", "yes"),
        ("cluster-enabled", "yes"),
        ("databases", "1"),
        ("maxmemory", "0"),
        ("maxmemory-policy", "noeviction"),
        ("save", ""),
    ];

    public static void Command(CommandRouter router, CommandArguments arguments)
    {
        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        if (arguments.Count == 1)
        {
            output.ArrayHeader(CommandTable.All.Length);
            foreach (var spec in CommandTable.All) Describe(ref output, spec);
        }
        else if (arguments.Is(1, "COUNT"u8)) output.Integer(CommandTable.All.Length);
        else if (arguments.Is(1, "LIST"u8))
        {
            output.ArrayHeader(CommandTable.All.Length);
            foreach (var spec in CommandTable.All) output.Bulk(spec.NameBytes);
        }
        else if (arguments.Is(1, "INFO"u8))
        {
            output.ArrayHeader(arguments.Count - 2);
            for (int i = 2; i < arguments.Count; i++)
            {
                if (CommandTable.Find(arguments[i]) is { } spec) Describe(ref output, spec);
                else output.Nil();
            }
        }
        else if (arguments.Is(1, "DOCS"u8)) CommandDocs.Write(ref output, arguments);
        else output.Error($"ERR unknown subcommand '{arguments.Text(1)}' of COMMAND");
        output.Flush();
        router.Round.EndLocal(from);
    }

    public static void Config(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Is(1, "GET"u8) && arguments.Count >= 3) Get(router, arguments);
        else if (arguments.Is(1, "RESETSTAT"u8) && arguments.Count == 2) router.Ok();
        else if (arguments.Is(1, "SET"u8)) router.Fail("ERR CONFIG SET is not supported: settings are in the node's configuration files");
        else router.Fail($"ERR unknown subcommand or wrong number of arguments for '{arguments.Text(1)}' of CONFIG");
    }

    private static void Get(CommandRouter router, CommandArguments arguments)
    {
        var found = new List<(string Name, string Value)>();
        foreach (var setting in Known)
        {
            for (int i = 2; i < arguments.Count; i++)
            {
                if (!System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(arguments.Text(i), setting.Name)) continue;
                found.Add(setting);
                break;
            }
        }

        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        output.MapHeader(found.Count);
        foreach (var (name, value) in found)
        {
            output.Bulk(name);
            output.Bulk(value);
        }

        output.Flush();
        router.Round.EndLocal(from);
    }

    /// <summary>name, arity, flags, first key, last key, step</summary>
    private static void Describe(ref RespOutput output, CommandSpec spec)
    {
        output.ArrayHeader(6);
        output.Bulk(spec.NameBytes);
        output.Integer(spec.Arity);
        var traits = spec.Traits & ~CommandTraits.EndsQueueing;
        output.ArrayHeader(System.Numerics.BitOperations.PopCount((uint)traits));
        if (traits.HasFlag(CommandTraits.Write)) output.Simple("write"u8);
        if (traits.HasFlag(CommandTraits.ReadOnly)) output.Simple("readonly"u8);
        if (traits.HasFlag(CommandTraits.Fast)) output.Simple("fast"u8);
        if (traits.HasFlag(CommandTraits.Admin)) output.Simple("admin"u8);
        if (traits.HasFlag(CommandTraits.Loading)) output.Simple("loading"u8);
        if (traits.HasFlag(CommandTraits.NoMulti)) output.Simple("no_multi"u8);
        output.Integer(spec.FirstKey);
        output.Integer(spec.LastKey);
        output.Integer(spec.KeyStep);
    }
}

using System.Text;

namespace Cluster.Node.Resp;

/// <summary>
/// All commands, in one place. A new one is a line here and a handler; COMMAND, arity errors and the LOADING rule follow
/// from the line.
/// </summary>
internal static class CommandTable
{
    private const CommandTraits Fast = CommandTraits.Fast;
    private const CommandTraits Early = CommandTraits.Fast | CommandTraits.Loading;
    private const CommandTraits Change = CommandTraits.Write | CommandTraits.Fast;
    private const CommandTraits Control = CommandTraits.Fast | CommandTraits.EndsQueueing;
    private const CommandTraits Read = CommandTraits.ReadOnly | CommandTraits.Fast;

    public static readonly CommandSpec[] All =
    [
        // Name, arity, traits, first key, last key, step
        new("ping", -1, Fast, 0, 0, 0, ConnectionCommands.Ping),
        new("echo", 2, Early, 0, 0, 0, ConnectionCommands.Echo),
        new("hello", -1, Early | CommandTraits.NoMulti, 0, 0, 0, ConnectionCommands.Hello),
        new("select", 2, Early, 0, 0, 0, ConnectionCommands.Select),
        new("quit", -1, Early | CommandTraits.EndsQueueing, 0, 0, 0, ConnectionCommands.Quit),
        new("readonly", 1, Early | CommandTraits.NoMulti, 0, 0, 0, ConnectionCommands.ReadOnly),
        new("readwrite", 1, Early | CommandTraits.NoMulti, 0, 0, 0, ConnectionCommands.ReadWrite),
        new("client", -2, Early, 0, 0, 0, ClientCommands.Client),
        new("command", -1, Early, 0, 0, 0, ServerCommands.Command),
        new("config", -2, CommandTraits.Admin | CommandTraits.Loading, 0, 0, 0, ServerCommands.Config),
        new("info", -1, CommandTraits.Loading, 0, 0, 0, InfoCommand.Info),
        new("cluster", -2, CommandTraits.Loading | CommandTraits.NoMulti, 0, 0, 0, ClusterCommands.Cluster),
        new("get", 2, Read, 1, 1, 1, KeyCommands.Get),
        new("set", -3, CommandTraits.Write, 1, 1, 1, StringCommands.Set),
        new("del", -2, CommandTraits.Write, 1, -1, 1, KeyCommands.Delete),
        new("exists", -2, Read, 1, -1, 1, KeyCommands.Exists),
        new("mget", -2, Read, 1, -1, 1, KeyCommands.GetMany),
        new("mset", -3, CommandTraits.Write, 1, -1, 2, KeyCommands.SetMany),
        new("setnx", 3, Change, 1, 1, 1, StringCommands.SetIfAbsent),
        new("setex", 4, CommandTraits.Write, 1, 1, 1, StringCommands.SetSeconds),
        new("psetex", 4, CommandTraits.Write, 1, 1, 1, StringCommands.SetMillis),
        new("getset", 3, Change, 1, 1, 1, StringCommands.GetSet),
        new("getdel", 2, Change, 1, 1, 1, StringCommands.GetDelete),
        new("getex", -2, Change, 1, 1, 1, StringCommands.GetExpire),
        new("incr", 2, Change, 1, 1, 1, StringCommands.Increment),
        new("decr", 2, Change, 1, 1, 1, StringCommands.Decrement),
        new("incrby", 3, Change, 1, 1, 1, StringCommands.IncrementBy),
        new("decrby", 3, Change, 1, 1, 1, StringCommands.DecrementBy),
        new("append", 3, Change, 1, 1, 1, StringCommands.Append),
        new("strlen", 2, Read, 1, 1, 1, StringCommands.Length),
        new("getrange", 4, CommandTraits.ReadOnly, 1, 1, 1, StringCommands.GetRange),
        new("setrange", 4, CommandTraits.Write, 1, 1, 1, StringCommands.SetRange),
        new("expire", -3, Change, 1, 1, 1, ExpiryCommands.Expire),
        new("pexpire", -3, Change, 1, 1, 1, ExpiryCommands.ExpireMillis),
        new("expireat", -3, Change, 1, 1, 1, ExpiryCommands.ExpireAt),
        new("pexpireat", -3, Change, 1, 1, 1, ExpiryCommands.ExpireAtMillis),
        new("ttl", 2, Read, 1, 1, 1, ExpiryCommands.TimeToLive),
        new("pttl", 2, Read, 1, 1, 1, ExpiryCommands.TimeToLiveMillis),
        new("expiretime", 2, Read, 1, 1, 1, ExpiryCommands.ExpireTime),
        new("pexpiretime", 2, Read, 1, 1, 1, ExpiryCommands.ExpireTimeMillis),
        new("persist", 2, Change, 1, 1, 1, ExpiryCommands.Persist),
        new("unlink", -2, Change, 1, -1, 1, KeyCommands.Delete),
        new("touch", -2, Read, 1, -1, 1, KeyCommands.Exists),
        new("multi", 1, Control, 0, 0, 0, TransactionCommands.Multi),
        new("exec", 1, CommandTraits.EndsQueueing, 0, 0, 0, TransactionCommands.Exec),
        new("discard", 1, Control, 0, 0, 0, TransactionCommands.Discard),
        new("watch", -2, Control, 1, -1, 1, TransactionCommands.Watch),
        new("unwatch", 1, Fast, 0, 0, 0, TransactionCommands.Unwatch),
        new("scan", -2, CommandTraits.ReadOnly | CommandTraits.NoMulti, 0, 0, 0, ScanCommand.Scan),
        new("dbsize", 1, Read | CommandTraits.NoMulti, 0, 0, 0, KeyCommands.Size),
        new("flushall", -1, CommandTraits.Write | CommandTraits.NoMulti, 0, 0, 0, KeyCommands.FlushAll),
    ];

    private const int Buckets = 256; // several times the number of commands, a power of two

    private static readonly CommandSpec?[] ByHash = Build();

    /// <summary>Null if there is no such command. Case does not matter.</summary>
    public static CommandSpec? Find(ReadOnlySpan<byte> name)
    {
        for (int at = HashOf(name); ; at = (at + 1) & (Buckets - 1))
        {
            var spec = ByHash[at];
            if (spec is null || Ascii.EqualsIgnoreCase(name, spec.NameBytes)) return spec;
        }
    }

    private static CommandSpec?[] Build()
    {
        var table = new CommandSpec?[Buckets];
        foreach (var spec in All)
        {
            int at = HashOf(spec.NameBytes);
            while (table[at] is not null) at = (at + 1) & (Buckets - 1);
            table[at] = spec;
        }

        return table;
    }

    private static int HashOf(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return 0;
        int first = name[0] | 0x20;
        int middle = name[name.Length / 2] | 0x20;
        int last = name[^1] | 0x20;
        return (first * 31 + middle * 7 + last * 3 + name.Length) & (Buckets - 1);
    }
}

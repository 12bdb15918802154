namespace Cluster.Node.Resp;

/// <summary>COMMAND DOCS [name …]: one line about each command, in the form that redis-cli reads for its help. Every line of <see cref="CommandTable"/> has one here.</summary>
internal static class CommandDocs
{
    private const string Connection = "connection", Server = "server", Generic = "generic", Strings = "string", Transactions = "transactions", Cluster = "cluster";

    private static readonly Dictionary<string, (string Group, string Summary)> Lines = new(StringComparer.Ordinal)
    {
        ["ping"] = (Connection, "Returns the server's liveliness response."),
        ["echo"] = (Connection, "Returns the given string."),
        ["hello"] = (Connection, "Chooses the version of the protocol and describes the server."),
        ["select"] = (Connection, "Accepts database 0, the only one."),
        ["quit"] = (Connection, "Closes the connection once what was asked before is answered."),
        ["readonly"] = (Cluster, "Lets this node's replicas answer reads: committed, perhaps old."),
        ["readwrite"] = (Cluster, "Lets the shards' leaders answer reads again."),
        ["client"] = (Connection, "What is known of the connections of this node."),
        ["command"] = (Server, "What is known of the commands."),
        ["config"] = (Server, "Shows the few settings that clients look at."),
        ["info"] = (Server, "Figures of this node."),
        ["cluster"] = (Cluster, "Nodes, slots, leaders, voters, policies, bookmarks and sessions."),
        ["get"] = (Strings, "Returns the value of a key."),
        ["set"] = (Strings, "Sets the value of a key, with a time and a condition if wanted."),
        ["del"] = (Generic, "Deletes keys; atomic per shard."),
        ["exists"] = (Generic, "Counts which of the keys exist; atomic per shard."),
        ["mget"] = (Strings, "Returns the values of keys; atomic per shard."),
        ["mset"] = (Strings, "Sets keys of one shard atomically."),
        ["setnx"] = (Strings, "Sets the value of a key that does not exist."),
        ["setex"] = (Strings, "Sets the value of a key and its time in seconds."),
        ["psetex"] = (Strings, "Sets the value of a key and its time in milliseconds."),
        ["getset"] = (Strings, "Sets the value of a key and returns the one before."),
        ["getdel"] = (Strings, "Returns the value of a key and deletes it."),
        ["getex"] = (Strings, "Returns the value of a key and sets or removes its time."),
        ["incr"] = (Strings, "Adds one to the number of a key."),
        ["decr"] = (Strings, "Takes one from the number of a key."),
        ["incrby"] = (Strings, "Adds to the number of a key."),
        ["decrby"] = (Strings, "Takes from the number of a key."),
        ["append"] = (Strings, "Appends to the value of a key."),
        ["strlen"] = (Strings, "Returns the length of a value."),
        ["getrange"] = (Strings, "Returns a part of a value."),
        ["setrange"] = (Strings, "Overwrites a part of a value."),
        ["expire"] = (Generic, "Sets the time of a key in seconds from now."),
        ["pexpire"] = (Generic, "Sets the time of a key in milliseconds from now."),
        ["expireat"] = (Generic, "Sets the time of a key in seconds since 1970."),
        ["pexpireat"] = (Generic, "Sets the time of a key in milliseconds since 1970."),
        ["ttl"] = (Generic, "Returns the time that a key has left, in seconds."),
        ["pttl"] = (Generic, "Returns the time that a key has left, in milliseconds."),
        ["expiretime"] = (Generic, "Returns when a key ends, in seconds since 1970."),
        ["pexpiretime"] = (Generic, "Returns when a key ends, in milliseconds since 1970."),
        ["persist"] = (Generic, "Removes the time of a key."),
        ["unlink"] = (Generic, "Deletes keys; atomic per shard."),
        ["touch"] = (Generic, "Counts which of the keys exist; atomic per shard."),
        ["multi"] = (Transactions, "Begins a transaction of one shard."),
        ["exec"] = (Transactions, "Executes the transaction."),
        ["discard"] = (Transactions, "Drops the transaction."),
        ["watch"] = (Transactions, "Lets the next transaction take place only if the keys do not change."),
        ["unwatch"] = (Transactions, "Forgets watched keys."),
        ["scan"] = (Generic, "Goes through the keys, shard by shard."),
        ["dbsize"] = (Server, "Counts the keys, shard by shard."),
        ["flushall"] = (Server, "Deletes all keys, shard by shard."),
    };

    public static void Write(ref RespOutput output, CommandArguments arguments)
    {
        var wanted = new List<CommandSpec>();
        if (arguments.Count == 2) wanted.AddRange(CommandTable.All);
        for (int i = 2; i < arguments.Count; i++)
            if (CommandTable.Find(arguments[i]) is { } spec && !wanted.Contains(spec)) wanted.Add(spec);

        output.MapHeader(wanted.Count);
        foreach (var spec in wanted)
        {
            var (group, summary) = Lines[spec.Name];
            output.Bulk(spec.NameBytes);
            output.MapHeader(3);
            output.Bulk("summary"u8);
            output.Bulk(summary);
            output.Bulk("since"u8);
            output.Bulk("1.0.0"u8);
            output.Bulk("group"u8);
            output.Bulk(group);
        }
    }
}

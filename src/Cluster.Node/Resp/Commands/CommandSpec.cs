using System.Text;

namespace Cluster.Node.Resp;

/// <summary>What may be said of a command without running it; shown by COMMAND.</summary>
[Flags]
internal enum CommandTraits
{
    None = 0,
    Write = 1,
    ReadOnly = 2,
    Fast = 4,
    Admin = 8,

    /// <summary>Answered while the node does not serve yet.</summary>
    Loading = 16,

    /// <summary>Refused between MULTI and EXEC: it concerns the connection itself, or every shard.</summary>
    NoMulti = 32,

    /// <summary>Takes effect at once between MULTI and EXEC.</summary>
    EndsQueueing = 64,
}

internal delegate void CommandHandler(CommandRouter router, CommandArguments arguments);

/// <summary>One line of the command table.</summary>
/// <param name="Arity">As Redis counts: the name included; negative = at least that many.</param>
/// <param name="FirstKey">Position of the first key, 0 if there is none; LastKey -1 = the last argument.</param>
internal sealed record CommandSpec(string Name, int Arity, CommandTraits Traits, int FirstKey, int LastKey, int KeyStep, CommandHandler Handler)
{
    public byte[] NameBytes { get; } = Encoding.ASCII.GetBytes(Name);

    public bool Accepts(int arguments) => Arity >= 0 ? arguments == Arity : arguments >= -Arity;
}

namespace Cluster.Actors.Shards;

/// <summary>
/// One command of a <see cref="CommandBatch"/>. Offsets point into the batch's argument bytes, the value right behind the key.
/// The value of <see cref="CommandKind.SetMany"/> is a list of pairs, see <see cref="PairReader"/>.
/// </summary>
public struct Command
{
    public CommandKind Kind;
    public CommandFlags Flags;
    public int KeyOffset;
    public int KeyLength;
    public int ValueLength;

    /// <summary>The record that this command appended on the leader, 0 while there is none. Such a command may only be answered with its result or as unknown.</summary>
    public long AppendedLsn;

    /// <summary>The record that an earlier attempt on this node appended, whatever became of it; 0 if none is known. Only to say so.</summary>
    internal long EarlierLsn;

    public readonly int ValueOffset => KeyOffset + KeyLength;

    public readonly bool IsWrite => Writes(Kind) && (Kind != CommandKind.Transaction || (Flags & CommandFlags.ReadsOnly) == 0);

    /// <summary>Whether a command of that kind may append a record.</summary>
    public static bool Writes(CommandKind kind) => CommandKinds.IsWrite(kind);
}

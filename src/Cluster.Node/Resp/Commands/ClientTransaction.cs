using System.Buffers;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>
/// A key that a connection watches. The token comes with the reply to its WATCH, on the connection's writer; the reader takes no command before that.
/// </summary>
internal sealed class WatchedKey(byte[] key)
{
    public byte[] Key => key;

    public WatchToken Token { get; set; } = WatchToken.Unknown;
}

/// <summary>What a connection has said since MULTI and WATCH. Touched by the connection's reader only, but for the tokens.</summary>
internal sealed class ClientTransaction
{
    /// <summary>Bytes of the commands between MULTI and EXEC.</summary>
    private const int BytesMax = RespLimits.CommandBytesMax;

    private const int CommandsMax = 64 * 1024;
    private const int WatchesMax = 1024;

    private readonly List<Queued> _commands = [];
    private readonly List<ArgumentRange> _ranges = [];
    private ArrayBufferWriter<byte> _bytes = new(256);

    private readonly record struct Queued(CommandSpec Spec, int Bytes, int Length, int Ranges, int Arguments);

    /// <summary>After MULTI: commands are queued.</summary>
    public bool IsOpen { get; set; }

    /// <summary>A command could not be queued: EXEC will refuse.</summary>
    public bool IsBroken { get; set; }

    public List<WatchedKey> Watches { get; } = [];

    public int Count => _commands.Count;

    public bool MayWatch(int more) => Watches.Count + more <= WatchesMax;

    /// <summary>False if it would become too large.</summary>
    public bool TryQueue(CommandSpec spec, CommandArguments arguments)
    {
        int length = 0;
        for (int i = 0; i < arguments.Count; i++) length += arguments[i].Length;
        if (_commands.Count >= CommandsMax || (long)_bytes.WrittenCount + length > BytesMax) return false;
        _commands.Add(new Queued(spec, _bytes.WrittenCount, length, _ranges.Count, arguments.Count));
        int offset = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            _ranges.Add(new ArgumentRange(offset, arguments[i].Length));
            _bytes.Write(arguments[i]);
            offset += arguments[i].Length;
        }

        return true;
    }

    public CommandSpec SpecOf(int index) => _commands[index].Spec;

    public CommandArguments ArgumentsOf(int index)
    {
        var command = _commands[index];
        var ranges = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ranges);
        return new CommandArguments(_bytes.WrittenSpan.Slice(command.Bytes, command.Length), ranges.Slice(command.Ranges, command.Arguments));
    }

    /// <summary>As after EXEC or DISCARD: nothing is queued or watched.</summary>
    public void Reset()
    {
        IsOpen = IsBroken = false;
        _commands.Clear();
        _ranges.Clear();
        Watches.Clear();
        if (_bytes.Capacity > 16 * 1024) _bytes = new ArrayBufferWriter<byte>(256);
        else _bytes.ResetWrittenCount();
    }
}

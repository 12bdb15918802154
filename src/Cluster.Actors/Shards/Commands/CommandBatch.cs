using System.Collections.Concurrent;
using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

/// <summary>
/// The commands that one read of a connection has for one shard, and their replies. Pooled and mutable; it moves from the
/// connection to the shard and back, and only the one who holds it touches it.
/// Invariants:
///   B1 filled only before it is submitted; the arguments do not change afterwards (a peer link may read them meanwhile);
///   B2 <see cref="IBatchOwner.Completed"/> is called exactly once per submit;
///   B3 it returns to the pool when every holder has released it (the owner, and a peer link that still has to encode it).
/// </summary>
public sealed partial class CommandBatch
{
    private const int PooledMax = 1024;

    private static readonly ConcurrentQueue<CommandBatch> Pool = [];
    private static int s_pooled;

    /// <summary>The batch that this thread released last: often the one that it wants next.</summary>
    [ThreadStatic]
    private static CommandBatch? t_recent;

    private readonly PooledBytes _arguments = new();
    private Command[] _commands = new Command[4];
    private int _holders;

    private CommandBatch()
    {
    }

    /// <summary>The number of commands.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all arguments.</summary>
    public int ArgumentBytes => _arguments.Length;

    /// <summary>Answer from the committed state of the replica on this node (the connection is in READONLY mode).</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Of a READONLY batch: a replica that may be further behind its leader refuses it; 0: it may be as old as it is. Not told to other nodes: there the leader answers.</summary>
    public long MaxStalenessMicros { get; set; }

    /// <summary>When its writes are answered; default: as the node that evaluates it has configured.</summary>
    public WritePolicy Policy { get; set; }

    public IBatchOwner? Owner { get; set; }

    /// <summary>The owner's own bookkeeping; shards never look at it.</summary>
    public long OwnerTag { get; set; }

    /// <summary>At least one command may change the shard.</summary>
    public bool HasWrite { get; private set; }

    /// <summary>Not about keys: what it asks for is up to the shard's replica itself.</summary>
    public bool IsAdministrative => Count == 1 && _commands[0].Kind >= CommandKind.Transfer;

    /// <summary>The shard it was submitted to. Set by <see cref="ShardRouter.Submit"/>.</summary>
    public int Shard { get; internal set; }

    /// <summary>The shard's bookkeeping while it holds the batch.</summary>
    internal BatchProgress Progress;

    public ref readonly Command this[int index] => ref CommandAt(index);

    public static CommandBatch Rent()
    {
        var batch = t_recent;
        if (batch is not null) t_recent = null;
        else if (Pool.TryDequeue(out batch)) Interlocked.Decrement(ref s_pooled);
        else batch = new CommandBatch();
        batch._holders = 1;
        return batch;
    }

    /// <summary>One more holder, who will call <see cref="Release"/>.</summary>
    public void Retain()
    {
        if (Interlocked.Increment(ref _holders) <= 1) throw new InvalidOperationException("a batch was retained after its last release");
    }

    public void Release()
    {
        int left = Interlocked.Decrement(ref _holders);
        if (left < 0) throw new InvalidOperationException("a batch was released more often than it was held");
        if (left > 0) return;
        Reset();
        if (t_recent is null) t_recent = this;
        else if (Interlocked.Increment(ref s_pooled) <= PooledMax) Pool.Enqueue(this);
        else Interlocked.Decrement(ref s_pooled);
    }

    /// <summary>Appends a command; returns its index, which is also the index of its reply.</summary>
    public int Add(CommandKind kind, ReadOnlySpan<byte> key = default, ReadOnlySpan<byte> value = default, CommandFlags flags = CommandFlags.None)
    {
        ref var command = ref NewCommand(kind, flags);
        command.KeyLength = key.Length;
        command.ValueLength = value.Length;
        _arguments.Append(key);
        _arguments.Append(value);
        return Count - 1;
    }

    /// <summary>Appends a Set whose value expires, µs since 1970 or, negative, from the leader's now on.</summary>
    public int AddExpiring(ReadOnlySpan<byte> key, long expiry, ReadOnlySpan<byte> value, CommandFlags flags) =>
        AddWithNumber(CommandKind.Set, key, expiry, value, flags | CommandFlags.Expires);

    /// <summary>Appends a command whose value begins with a number.</summary>
    public int AddWithNumber(CommandKind kind, ReadOnlySpan<byte> key, long number, ReadOnlySpan<byte> value = default, CommandFlags flags = CommandFlags.None)
    {
        ref var command = ref NewCommand(kind, flags);
        command.KeyLength = key.Length;
        command.ValueLength = sizeof(long) + value.Length;
        _arguments.Append(key);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(_arguments.Reserve(sizeof(long)), number);
        _arguments.Append(value);
        return Count - 1;
    }

    /// <summary>Appends a look at about <paramref name="count"/> keys from the cursor on; an empty pattern matches all.</summary>
    public int AddScan(ScanCursor from, int count, ReadOnlySpan<byte> pattern)
    {
        ref var command = ref NewCommand(CommandKind.Scan, CommandFlags.None);
        command.ValueLength = ScanReader.ArgumentBytes + pattern.Length;
        var arguments = _arguments.Reserve(ScanReader.ArgumentBytes);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(arguments, from.Position);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(arguments[4..], from.Epoch);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(arguments[8..], count);
        _arguments.Append(pattern);
        return Count - 1;
    }

    /// <summary>Begins a <see cref="CommandKind.SetMany"/>; <see cref="AddPair"/> appends to it until the next command begins.</summary>
    public int AddSetMany()
    {
        NewCommand(CommandKind.SetMany, CommandFlags.None);
        return Count - 1;
    }

    public void AddPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ref var command = ref _commands[Count - 1];
        if (command.Kind != CommandKind.SetMany) throw new InvalidOperationException("pairs belong to a SetMany");
        var header = _arguments.Reserve(PairReader.HeaderBytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(header, key.Length);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(header[4..], value.Length);
        _arguments.Append(key);
        _arguments.Append(value);
        command.ValueLength += PairReader.HeaderBytes + key.Length + value.Length;
    }

    public ReadOnlySpan<byte> Key(int index)
    {
        ref var command = ref CommandAt(index);
        return _arguments.Slice(command.KeyOffset, command.KeyLength);
    }

    public ReadOnlySpan<byte> Value(int index)
    {
        ref var command = ref CommandAt(index);
        return _arguments.Slice(command.ValueOffset, command.ValueLength);
    }

    public PairReader Pairs(int index) => new(Value(index));

    internal ref Command CommandAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref _commands[index];
    }

    private ref Command NewCommand(CommandKind kind, CommandFlags flags)
    {
        if (Count == _commands.Length) Array.Resize(ref _commands, _commands.Length * 2);
        ref var command = ref _commands[Count++];
        command = new Command { Kind = kind, Flags = flags, KeyOffset = _arguments.Length };
        HasWrite |= command.IsWrite;
        return ref command;
    }

    private void Reset()
    {
        _arguments.Reset();
        ResetReplies();
        Count = 0;
        ReadOnly = false;
        MaxStalenessMicros = 0;
        HasWrite = false;
        Policy = default;
        Owner = null;
        OwnerTag = 0;
        Shard = 0;
        Progress = default;
        ResetSession();
        if (_commands.Length > 1024) _commands = new Command[4];
    }
}

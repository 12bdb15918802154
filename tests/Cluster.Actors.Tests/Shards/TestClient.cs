using System.Buffers.Binary;
using System.Text;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Tests.Shards;

/// <summary>A connection as the shards see it: submits batches and waits for their replies, as text.</summary>
internal sealed class TestClient(ShardRouter router) : IBatchOwner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Refusals = ["CLUSTERDOWN", "TRYAGAIN", "LOADING"];

    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource<string[]>> _waiting = [];
    private long _next;
    private BytesTaker? _tokens;

    private delegate void BytesTaker(ReadOnlySpan<byte> bytes);

    public bool ReadOnly { get; set; }

    /// <summary>Of reads with <see cref="ReadOnly"/>; zero: none.</summary>
    public TimeSpan MaxStaleness { get; set; }

    public WritePolicy Policy { get; set; }

    /// <summary>With one, writes are repeated by the shards themselves.</summary>
    public ConnectionSession? Session { get; set; }

    public Task<string[]> Submit(int shard, Action<CommandBatch> fill)
    {
        var batch = CommandBatch.Rent();
        fill(batch);
        batch.ReadOnly = ReadOnly;
        batch.MaxStalenessMicros = (long)MaxStaleness.TotalMicroseconds;
        batch.Policy = Policy;
        batch.Session = Session;
        batch.Owner = this;
        var done = new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            batch.OwnerTag = ++_next;
            _waiting.Add(batch.OwnerTag, done);
        }

        if (router.Submit(shard, batch)) return done.Task.WaitAsync(Patience);
        batch.Release();
        return Task.FromResult<string[]>(["TRYAGAIN the shard takes no commands"]);
    }

    public async Task<string> One(int shard, Action<CommandBatch> fill) => (await Submit(shard, fill))[0];

    public Task<string> Set(int shard, string key, string value, CommandFlags flags = CommandFlags.None) =>
        One(shard, b => b.Add(CommandKind.Set, Bytes(key), Bytes(value), flags));

    public Task<string> Get(int shard, string key) => One(shard, b => b.Add(CommandKind.Get, Bytes(key)));

    public Task<string> Delete(int shard, string key) => One(shard, b => b.Add(CommandKind.Delete, Bytes(key)));

    public Task<string> Count(int shard) => One(shard, b => b.Add(CommandKind.Count));

    /// <summary>What CLUSTER WAITBOOKMARK asks the replica on this node.</summary>
    public Task<string> WaitBookmark(int shard, long lsn, long term, TimeSpan time)
    {
        var place = new byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(place, lsn);
        BinaryPrimitives.WriteInt64LittleEndian(place.AsSpan(8), term);
        BinaryPrimitives.WriteInt64LittleEndian(place.AsSpan(16), (long)time.TotalMicroseconds);
        return One(shard, b => b.Add(CommandKind.WaitBookmark, place));
    }

    /// <summary>Repeats a write until it is acknowledged; only definite refusals and unknown outcomes are repeated.</summary>
    public async Task SetUntilAcknowledged(int shard, string key, string value)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            string reply = await Set(shard, key, value);
            if (reply == "OK") return;
            if (DateTime.UtcNow > until) throw new TimeoutException($"{key} was not acknowledged: {reply}");
        }
    }

    /// <summary>Repeats a read until it is answered: a read that met an election is refused, which is right and not the test's matter.</summary>
    public async Task<string> GetUntilAnswered(int shard, string key)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            string reply = await Get(shard, key);
            if (!IsRefusal(reply)) return reply;
            if (DateTime.UtcNow > until) throw new TimeoutException($"the read of {key} was not answered: {reply}");
        }
    }

    void IBatchOwner.Completed(CommandBatch batch)
    {
        var replies = new string[batch.Count];
        if (batch[0].Kind == CommandKind.Watch && batch.ReplyTo(0).Kind == ReplyKind.Bulk) _tokens?.Invoke(batch.ReplyBytes(0));
        for (int i = 0; i < batch.Count; i++) replies[i] = Text(batch, i);
        TaskCompletionSource<string[]> done;
        lock (_lock)
            if (!_waiting.Remove(batch.OwnerTag, out done!)) throw new InvalidOperationException("a batch was completed twice");
        batch.Release();
        done.SetResult(replies);
    }

    private static string Text(CommandBatch batch, int index)
    {
        var reply = batch.ReplyTo(index);
        return reply.Kind switch
        {
            ReplyKind.Ok => "OK",
            ReplyKind.Nil => "nil",
            ReplyKind.Integer => reply.Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ReplyKind.Bulk or ReplyKind.Error => Encoding.UTF8.GetString(batch.ReplyBytes(index)),
            ReplyKind.Array => Texts(batch.ReplyBytes(index)),
            _ => throw new InvalidOperationException("a batch was completed without all its replies"),
        };
    }

    private static string Texts(ReadOnlySpan<byte> replies)
    {
        var batch = CommandBatch.Rent();
        int count = BinaryPrimitives.ReadInt32LittleEndian(replies);
        for (int i = 0; i < count; i++) batch.Add(CommandKind.Get);
        batch.ReadReplies(replies);
        string text = string.Join(' ', Enumerable.Range(0, count).Select(i => Text(batch, i)));
        batch.Release();
        return text;
    }

    /// <summary>What WATCH gives, as the client's node keeps it.</summary>
    public async Task<WatchToken> Watch(int shard, string key)
    {
        WatchToken token = default;
        _tokens = bytes => token = WatchToken.Read(bytes);
        await One(shard, b => b.Add(CommandKind.Watch, Bytes(key)));
        _tokens = null;
        return token;
    }

    /// <summary>MULTI … EXEC.</summary>
    public Task<string> Execute(int shard, Action<CommandBatch> commands, params (string Key, WatchToken Token)[] watches) =>
        One(shard, b => AddTransaction(b, commands, watches));

    public static void AddTransaction(CommandBatch batch, Action<CommandBatch> commands, params (string Key, WatchToken Token)[] watches) =>
        AddTransaction(batch, commands, isWrite: false, watches);

    /// <param name="isWrite">Also if none of its commands is.</param>
    public static void AddTransaction(CommandBatch batch, Action<CommandBatch> commands, bool isWrite, params (string Key, WatchToken Token)[] watches)
    {
        var nested = CommandBatch.Rent();
        commands(nested);
        batch.BeginTransaction(watches.Length, nested.HasWrite || isWrite);
        foreach (var (key, token) in watches) batch.AddWatch(Bytes(key), token);
        batch.EndTransaction(nested);
        nested.Release();
    }

    /// <summary>Nothing was applied.</summary>
    public static bool IsRefusal(string reply) => Refusals.Any(code => reply.StartsWith(code, StringComparison.Ordinal));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

using System.Collections.Concurrent;
using System.Text;
using Cluster.Actors.Shards;

namespace Cluster.Node.Tests.Resp;

/// <summary>
/// Stands in for the actors behind a router: one dictionary per shard. By default it answers on the submitting thread; a shard
/// that is held keeps its batches until it is let go.
/// </summary>
internal sealed class FakeShards
{
    private readonly Dictionary<string, byte[]>[] _data;
    private readonly ConcurrentQueue<CommandBatch>[] _held;
    private readonly bool[] _holding;
    private readonly SemaphoreSlim _arrived = new(0);

    public FakeShards(int shards = 4)
    {
        Router = new ShardRouter(shards, new ShardSettings(), TimeProvider.System);
        Directory = new ShardDirectory(shards);
        _data = new Dictionary<string, byte[]>[shards];
        _held = new ConcurrentQueue<CommandBatch>[shards];
        _holding = new bool[shards];
        for (int i = 0; i < shards; i++)
        {
            int shard = i;
            _data[i] = [];
            _held[i] = new ConcurrentQueue<CommandBatch>();
            Router.QueueOf(i).Attach(() => Drain(shard));
        }
    }

    public ShardRouter Router { get; }

    public ShardDirectory Directory { get; }

    /// <summary>If set, a shard answers every command with this error.</summary>
    public Func<int, byte[]?> ErrorOf { get; set; } = _ => null;

    public List<(int Shard, bool ReadOnly, int Commands)> Batches { get; } = [];

    public void Hold(int shard) => _holding[shard] = true;

    /// <summary>Waits for a batch at a held shard.</summary>
    public Task<bool> ArrivedAsync() => _arrived.WaitAsync(TimeSpan.FromSeconds(10));

    public int HeldBatches(int shard) => _held[shard].Count;

    /// <summary>The oldest batch of a held shard.</summary>
    public CommandBatch Held(int shard) => _held[shard].TryPeek(out var batch) ? batch : throw new InvalidOperationException("nothing is held");

    public void LetGo(int shard)
    {
        _holding[shard] = false;
        while (_held[shard].TryDequeue(out var batch)) Answer(shard, batch);
    }

    private void Drain(int shard)
    {
        var queue = Router.QueueOf(shard);
        queue.BeginDrain();
        while (queue.TryTake(out var batch))
        {
            if (!_holding[shard])
            {
                Answer(shard, batch);
                continue;
            }

            _held[shard].Enqueue(batch);
            _arrived.Release();
        }
    }

    private void Answer(int shard, CommandBatch batch)
    {
        lock (_data)
        {
            Batches.Add((shard, batch.ReadOnly, batch.Count));
            for (int i = 0; i < batch.Count; i++) Answer(_data[shard], batch, i, ErrorOf(shard));
        }

        batch.Complete();
    }

    private static void Answer(Dictionary<string, byte[]> data, CommandBatch batch, int index, byte[]? error)
    {
        string key = Encoding.Latin1.GetString(batch.Key(index));
        switch (batch[index].Kind)
        {
            case var _ when error is not null:
                batch.SetError(index, error);
                break;
            case CommandKind.Get when data.TryGetValue(key, out byte[]? value):
                batch.SetBulk(index, value);
                break;
            case CommandKind.Get:
                batch.SetNil(index);
                break;
            case CommandKind.Set when batch[index].Flags == CommandFlags.IfAbsent && data.ContainsKey(key):
            case CommandKind.Set when batch[index].Flags == CommandFlags.IfPresent && !data.ContainsKey(key):
                batch.SetNil(index);
                break;
            case CommandKind.Set:
                data[key] = batch.Value(index).ToArray();
                batch.SetOk(index);
                break;
            case CommandKind.Delete:
                batch.SetInteger(index, data.Remove(key) ? 1 : 0);
                break;
            case CommandKind.Exists:
                batch.SetInteger(index, data.ContainsKey(key) ? 1 : 0);
                break;
            case CommandKind.SetMany:
                var pairs = batch.Pairs(index);
                while (pairs.Next()) data[Encoding.Latin1.GetString(pairs.Key)] = pairs.Value.ToArray();
                batch.SetOk(index);
                break;
            case CommandKind.Count:
                batch.SetInteger(index, data.Count);
                break;
            case CommandKind.FlushAll:
                data.Clear();
                batch.SetOk(index);
                break;
            default:
                batch.SetError(index, "ERR the fake does not know this command"u8);
                break;
        }
    }
}

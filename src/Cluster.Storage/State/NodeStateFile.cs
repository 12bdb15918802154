using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.State;

/// <summary>
/// One file for the identity of the node and the (term, vote, incarnation) of all its shards. Saves of one round share one replacement
/// of the file. An unreadable file stops the node; it never counts as new. Any thread.
///
/// Invariants:
/// I1  <see cref="Find"/> tells what is durable; a save that was not reported durable is not seen;
/// I2  a save that failed may become durable with a later one: its caller has to treat it as neither.
/// </summary>
public sealed class NodeStateFile : IStorageParticipant
{
    public const string FileName = "node.state";

    private const ulong Magic = 0x31534E5453554C43; // "CLUSTNS1"
    private const ushort Version = 1;

    private readonly Lock _gate = new();
    private readonly StorageEnvironment _environment;
    private readonly string _path;
    private readonly IStorageLane _lane;
    private readonly NodeStateContent _wanted;
    private NodeStateContent _durable;
    private List<Action<Exception?>> _waiting = [];

    private NodeStateFile(string path, StorageEnvironment environment, NodeStateContent content)
    {
        _path = path;
        _environment = environment;
        _durable = content;
        _wanted = content.Clone();
        _lane = environment.Scheduler.Assign();
    }

    public Guid NodeId => _wanted.NodeId;

    /// <summary>Null until the node has joined or formed a cluster.</summary>
    public Guid? ClusterId
    {
        get
        {
            lock (_gate)
                return _durable.ClusterId == Guid.Empty ? null : _durable.ClusterId;
        }
    }

    /// <summary>Every shard that was ever created here. A copy.</summary>
    public IReadOnlyList<int> Shards
    {
        get
        {
            lock (_gate)
                return [.. _durable.Shards.Where(static entry => entry.Value.State is not null).Select(static entry => entry.Key)];
        }
    }

    /// <summary>Reads the file, or creates it with <paramref name="newNodeId"/> in a folder that has none. Blocks.</summary>
    public static NodeStateFile Open(string folder, StorageEnvironment environment, Guid newNodeId)
    {
        var path = Path.Combine(folder, FileName);
        var content = StateFile.Read(environment.Files, path, Magic, Version, out _);
        if (content is not null)
        {
            var found = NodeStateContent.Decode(path, content);
            // I1: an earlier process may have died between the rename and its folder sync; a vote that this one tells must not be lost.
            environment.Files.SyncFolder(folder);
            return new NodeStateFile(path, environment, found);
        }

        if (newNodeId == Guid.Empty)
            throw new ArgumentException("a node needs an id", nameof(newNodeId));
        var created = new NodeStateContent { NodeId = newNodeId };
        StateFile.Write(environment.Files, path, Magic, Version, created.Encode(), environment.CrashPoints);
        return new NodeStateFile(path, environment, created);
    }

    /// <summary>What the file of a node that does not run says; null if there is none. Changes nothing. Throws <see cref="StateFileException"/>.</summary>
    public static NodeStateReport? Inspect(IFileLayer files, string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (StateFile.Read(files, path, Magic, Version, out _) is not { } bytes)
            return null;
        var content = NodeStateContent.Decode(path, bytes);
        var shards = new List<NodeStateReport.Entry>();
        foreach (var (shard, entry) in content.Shards)
            shards.Add(new NodeStateReport.Entry(shard, entry.State, entry.Poisoned));
        return new NodeStateReport(content.NodeId, content.ClusterId == Guid.Empty ? null : content.ClusterId, shards);
    }

    /// <summary>The durable state, null if this shard was never created here.</summary>
    public ShardReplicaState? Find(int shard)
    {
        lock (_gate)
            return _durable.Shards.GetValueOrDefault(shard).State;
    }

    /// <summary>The mark as last set, durable or not yet.</summary>
    public bool IsPoisoned(int shard)
    {
        lock (_gate)
            return _wanted.Shards.GetValueOrDefault(shard).Poisoned;
    }

    /// <summary>Stores the state; <paramref name="done"/> is called on a writer thread, with the error if it is not durable.</summary>
    public void Save(int shard, in ShardReplicaState state, Action<Exception?> done)
    {
        lock (_gate)
        {
            _wanted.Shards[shard] = _wanted.Shards.GetValueOrDefault(shard) with { State = state };
            _waiting.Add(done);
        }

        _lane.Schedule(this);
    }

    /// <summary>The identity of the cluster, once; another one than the stored is refused.</summary>
    public void SaveClusterId(Guid clusterId, Action<Exception?> done)
    {
        lock (_gate)
        {
            if (clusterId == Guid.Empty || (_wanted.ClusterId != Guid.Empty && _wanted.ClusterId != clusterId))
                throw new InvalidOperationException($"this node belongs to cluster {_wanted.ClusterId}, it cannot become one of {clusterId}");
            _wanted.ClusterId = clusterId;
            _waiting.Add(done);
        }

        _lane.Schedule(this);
    }

    /// <summary>Sets or clears the mark of a failed sync.</summary>
    public void SavePoisoned(int shard, bool poisoned, Action<Exception?> done)
    {
        lock (_gate)
        {
            _wanted.Shards[shard] = _wanted.Shards.GetValueOrDefault(shard) with { Poisoned = poisoned };
            _waiting.Add(done);
        }

        _lane.Schedule(this);
    }

    void IStorageParticipant.WriteStep()
    {
    }

    void IStorageParticipant.SyncStep()
    {
        List<Action<Exception?>> waiting;
        NodeStateContent content;
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return;
            waiting = _waiting;
            _waiting = [];
            content = _wanted.Clone();
        }

        Exception? error = null;
        try
        {
            Write(content.Encode());
            lock (_gate)
                _durable = content;
        }
        catch (Exception failure)
        {
            error = failure;
        }

        foreach (var done in waiting)
            done(error);
    }

    /// <summary>A vote or a mark must not fail for lack of space: the reserve is for that.</summary>
    private void Write(byte[] content)
    {
        while (true)
        {
            try
            {
                StateFile.Write(_environment.Files, _path, Magic, Version, content, _environment.CrashPoints);
                return;
            }
            catch (StorageFailedException error) when (error.Failure == StorageFailure.NoSpace && _environment.Space?.TryRelease(forState: true) == true)
            {
                // Once more with what was given back; each turn gives back a step, so this ends.
            }
        }
    }
}

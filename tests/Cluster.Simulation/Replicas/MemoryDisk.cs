using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

public enum MemoryRecordKind : byte
{
    NoOp,
    Put,
    Delete,
    Configuration,
    Answer,
}

/// <summary>A record of the simple log. Shared between replicas, as its bytes would be equal.</summary>
public sealed class MemoryRecord
{
    public required Lsn Lsn { get; init; }

    public required Term Term { get; init; }

    public required MemoryRecordKind Kind { get; init; }

    public int Key { get; init; }

    public long Value { get; init; }

    /// <summary>µs of the hybrid clock; 0: never.</summary>
    public long ExpiresAt { get; init; }

    public SessionWrite Write { get; init; }

    /// <summary>µs, as of the hybrid clock.</summary>
    public long Timestamp { get; init; }

    /// <summary>Of a configuration record.</summary>
    public Configuration? Configuration { get; init; }

    public required int Bytes { get; init; }

    public required ulong Content { get; init; }

    public RecordIdentity Identity => new(Term, Content);

    public bool ChangesKey => Kind is MemoryRecordKind.Put or MemoryRecordKind.Delete;
}

public sealed class MemoryBatch(MemoryRecord[] records) : RecordBatch
{
    public MemoryRecord[] Records { get; } = records;

    public override Lsn Last => Records[^1].Lsn;

    public override int FirstBytes => Records[0].Bytes;

    public override int Count => Records.Length;

    public override IReadOnlyList<Configuration> Configurations => MemoryStore.ConfigurationsIn(Records);

    public override RecordIdentity FirstIdentity => Records[0].Identity;
}

/// <summary>
/// The simplest log that can lose what it has not synced: a list of what was handed to the disk, of which a prefix is synced.
/// </summary>
public sealed class MemoryDisk(EventLoop loop, DiskModel model) : IReplicaDisk
{
    private MemoryStore? _open;

    /// <summary>What stands for the records before those in <see cref="Written"/>; null: there are none.</summary>
    public MemorySnapshot? Base { get; set; }

    public Lsn BaseLsn => Base?.Lsn ?? Lsn.None;

    /// <summary>A snapshot that is being installed: a crash finds it done or not.</summary>
    public MemorySnapshot? Installing { get; set; }

    /// <summary>The first follows <see cref="BaseLsn"/>.</summary>
    public List<MemoryRecord> Written { get; } = [];

    public Lsn Synced { get; set; }

    /// <summary>Commit LSN in the newest synced batch.</summary>
    public Lsn CommitHint { get; set; }

    public IReplicaStore Open(IStoreOwner owner) => _open = new MemoryStore(this, loop, model, owner);

    public void Crash()
    {
        _open?.Abandon();
        _open = null;
        if (Installing != null && model.Random.Chance(0.5))
            Replace(Installing);
        Installing = null;
        int synced = (int)(Synced - BaseLsn);
        int unsynced = Written.Count - synced;
        int survives = model.Random.Below(unsynced + 1);
        Written.RemoveRange(synced + survives, unsynced - survives);
    }

    /// <summary>One atomic step.</summary>
    public void Replace(MemorySnapshot snapshot)
    {
        Base = snapshot;
        Written.Clear();
        Synced = CommitHint = snapshot.Lsn;
    }

    public bool IsDurable(Lsn lsn, RecordIdentity identity) =>
        lsn <= Synced && (lsn < BaseLsn || (lsn == BaseLsn ? Base!.Identity : Written[(int)(lsn - BaseLsn) - 1].Identity) == identity);
}

namespace Cluster.Simulation.World;

/// <summary>How often the rare paths were taken: a simulation that never takes one proves nothing about it.</summary>
public sealed class Coverage
{
    public long VirtualSeconds;

    /// <summary>Seeds over the real storage.</summary>
    public long RealStorages;

    public long Events;
    public long Operations;
    public long Acknowledged;
    public long Refused;
    public long Unknown;
    public long Faults;
    public long Elections;
    public long QuorumsLost;
    public long OwnDiskBehind;
    public long Deposed;
    public long Cuts;
    public long Parts;
    public long ReadRounds;
    public long MessagesLost;
    public long MessagesRepeated;
    public long Crashes;
    public long CrashesOfAll;
    public long Pauses;
    public long Partitions;
    public long OneWayPartitions;
    public long HalvesParted;
    public long SlowDisks;
    public long HungDisks;
    public long SyncFailures;
    public long ClockJumps;
    public long Resignations;
    public long Transfers;
    public long TransfersFailed;
    public long LeaseReads;
    public long NodesLeft;
    public long Suspensions;
    public long TransfersParted;
    public long ConfigurationChanges;
    public long ConfigurationsCommitted;
    public long ReplicasCreated;
    public long ReplicasDeleted;
    public long FoldersLost;
    public long StrangersRefused;
    public long AcknowledgedLocal;
    public long AcknowledgedAckN;
    public long AcknowledgedAll;
    public long AcknowledgedRegions;
    public long PoliciesBecameImpossible;
    public long LogsReleased;
    public long PositionsGone;
    public long SnapshotsInstalled;
    public long SnapshotsUseless;
    public long SnapshotsBegun;
    public long SnapshotPieces;

    /// <summary>A receiver came back for a snapshot that its leader does not serve any more. Rare.</summary>
    public long SnapshotsRestarted;

    public long Merges;
    public long Expiries;
    public long ClocksWrong;
    public long SessionRetries;
    public long SessionRepeats;
    public long SessionGaps;

    public long Parkings;

    /// <summary>Parked replicas that had to go on by themselves: their peer's node was not heard, or did not vouch.</summary>
    public long ParkedDoubted;

    /// <summary>Histories that could not be judged in time. May be 0, and should be.</summary>
    public long KeysUndecided;

    private static readonly System.Reflection.FieldInfo[] Fields =
        typeof(Coverage).GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public);

    /// <summary>What the product cannot do yet and so no run can show.</summary>
    public static IReadOnlyList<string> NotBuilt { get; } =
    [
    ];

    public void Add(Coverage other)
    {
        foreach (System.Reflection.FieldInfo field in Fields)
            field.SetValue(this, (long)field.GetValue(this)! + (long)field.GetValue(other)!);
    }

    /// <summary>What must have happened and has not.</summary>
    public IEnumerable<string> Missing() => All().Where(one => one.Count == 0 && one.Name is not (nameof(KeysUndecided) or nameof(SnapshotsRestarted))).Select(one => one.Name);

    public IEnumerable<(string Name, long Count)> All() => Fields.Select(field => (field.Name, (long)field.GetValue(this)!));

    public override string ToString() =>
        string.Join(", ", All().Select(one => $"{one.Name} {one.Count}")) + (NotBuilt.Count > 0 ? $"; not built: {string.Join(", ", NotBuilt)}" : "");
}

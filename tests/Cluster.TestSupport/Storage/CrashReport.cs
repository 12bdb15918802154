namespace Cluster.TestSupport.Storage;

/// <summary>What losses of power did to what was not synced, so that a test can tell that it met every kind of loss.</summary>
public sealed class CrashReport
{
    /// <summary>Sectors that went back to their durable content.</summary>
    public long SectorsLost { get; internal set; }

    /// <summary>Un-synced sectors that reached the disk all the same.</summary>
    public long SectorsKept { get; internal set; }

    /// <summary>Sectors that hold what was written there before the last write, and never synced.</summary>
    public long SectorsOfEarlierWrites { get; internal set; }

    /// <summary>Single writes of which a part reached the disk.</summary>
    public long WritesTorn { get; internal set; }

    /// <summary>Files in which a later write reached the disk and an earlier one did not.</summary>
    public long WritesReordered { get; internal set; }

    /// <summary>Files whose length is neither the durable nor the last one.</summary>
    public long LengthsBetween { get; internal set; }

    /// <summary>Files that got back what a truncation had taken.</summary>
    public long TruncationsLost { get; internal set; }

    public long CreationsLost { get; internal set; }

    public long DeletionsLost { get; internal set; }

    public long RenamesLost { get; internal set; }

    /// <summary>Folders in which a later change of a name reached the disk and an earlier one, of another name, did not.</summary>
    public long NamesReordered { get; internal set; }

    /// <summary>Every figure with its name.</summary>
    public IEnumerable<(string Name, long Count)> Figures =>
    [
        ("sectors lost", SectorsLost),
        ("un-synced sectors kept", SectorsKept),
        ("sectors with an earlier write", SectorsOfEarlierWrites),
        ("writes torn", WritesTorn),
        ("writes reordered", WritesReordered),
        ("lengths between", LengthsBetween),
        ("truncations lost", TruncationsLost),
        ("creations lost", CreationsLost),
        ("deletions lost", DeletionsLost),
        ("renames lost", RenamesLost),
        ("names reordered", NamesReordered),
    ];
}

using System;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>How a persistent actor wants to be recovered: from which snapshot, up to which event, and from how many.</summary>
public sealed class Recovery
{
    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public Recovery() : this(SnapshotSelectionCriteria.Latest)
    {
    }

    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot) : this(fromSnapshot, long.MaxValue)
    {
    }

    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot, long toSequenceNr) : this(fromSnapshot, toSequenceNr, long.MaxValue)
    {
    }

    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot = null, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
    {
        FromSnapshot = fromSnapshot ?? SnapshotSelectionCriteria.Latest;
        ToSequenceNr = toSequenceNr;
        ReplayMax = replayMax;
    }

    /// <summary>The newest snapshot, and all events behind it.</summary>
    public static Recovery Default { get; } = new(SnapshotSelectionCriteria.Latest);

    /// <summary>Neither snapshot nor events; only the highest sequence number is asked for.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    /// <summary>Which snapshot to begin with.</summary>
    public SnapshotSelectionCriteria FromSnapshot { get; }

    /// <summary>The last number meant, that one included.</summary>
    public long ToSequenceNr { get; }

    /// <summary>How many events at most.</summary>
    public long ReplayMax { get; }
}

/// <summary>The last message of a recovery. The actor may persist in its handler.</summary>
public sealed class RecoveryCompleted
{
    /// <summary>The only one.</summary>
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }
}

/// <summary>Tells a recovering actor to look whether anything has come since the last one.</summary>
public sealed class RecoveryTick
{
    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public RecoveryTick(bool snapshot)
    {
        Snapshot = snapshot;
    }

    /// <summary>True while a snapshot is waited for, false while events are.</summary>
    public bool Snapshot { get; }
}

/// <summary>Nothing came from the journal or the snapshot store for recovery-event-timeout.</summary>
public sealed class RecoveryTimedOutException : AkkaException
{
    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public RecoveryTimedOutException()
    {
    }

    /// <summary>Recovers from the newest snapshot that fits, and the events behind it.</summary>
    public RecoveryTimedOutException(string message, Exception cause = null) : base(message, cause)
    {
    }
}

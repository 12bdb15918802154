using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>What a snapshot at an LSN stands for, as far as the core needs to know it (S8). Immutable.</summary>
/// <param name="Lsn">Everything through this is in it, all of it committed.</param>
/// <param name="Terms">The timeline through <paramref name="Lsn"/>.</param>
/// <param name="Configuration">The newest at or below <paramref name="Lsn"/>.</param>
public sealed record SnapshotPosition(Lsn Lsn, TermTable Terms, Configuration Configuration)
{
    public Term Term => Terms.TermAt(Lsn);
}

public enum SnapshotVerdict : byte
{
    /// <summary>InstallSnapshot is among the effects.</summary>
    Installs = 0,

    /// <summary>This replica has committed as much or more: the snapshot would take it back.</summary>
    Stale = 1,

    /// <summary>The own log holds the record at that LSN and goes on behind it: pulling does.</summary>
    NotNeeded = 2,

    /// <summary>It leads, is stopped, or is cutting, appending or installing already: offer it again.</summary>
    NotNow = 3,

    /// <summary>It is of a term that this replica has not heard of: it did not come from the leader it follows.</summary>
    OtherTerm = 4,
}

/// <summary>Where a replica stands that its leader cannot serve from the log.</summary>
public enum BootstrapState : byte
{
    None = 0,

    /// <summary>A snapshot is needed or on its way. The old data is whole and served as stale; bookmarks are refused by the owner.</summary>
    Needed = 1,

    /// <summary>The data is being replaced.</summary>
    Installing = 2,
}

// Snapshots (S8, replication rule 2.12): when the owner is to fetch one, and when it may take the place of the log. The bytes, their
// verification and the swap are the owner's.
//
// Invariant S1: a snapshot is installed only above the own commit LSN, and only if the own log does not hold its last record: what this replica
// has told to be committed is never taken back, and what it holds behind a matching record is not thrown away.
// Invariant S2: a replica that needs a snapshot votes and acknowledges as before: its log is whole, and what it has acknowledged counts. Only
// while the swap is under way it does neither, since the end of its log is open; that it heard the leader it still says.
// What a crash leaves: before the swap is durable the old data, after it the snapshot; term, vote and incarnation lie outside and stay.
public sealed partial class ReplicaCore
{
    private SnapshotPosition? _installing;

    /// <summary>The end of the log is open: a cut or an install is under way.</summary>
    private bool InFlux => _cutting || _installing is not null;

    public BootstrapState Bootstrap =>
        _installing is not null ? BootstrapState.Installing : _needsBootstrap ? BootstrapState.Needed : BootstrapState.None;

    /// <summary>A verified snapshot lies here, complete and durable. Only with Installs anything happens.</summary>
    public SnapshotVerdict SnapshotReceived(SnapshotPosition snapshot, long now)
    {
        if (_stopped || _role == ReplicaRole.Leader || InFlux || _appending)
            return SnapshotVerdict.NotNow;
        if (snapshot.Term > _term)
            return SnapshotVerdict.OtherTerm;
        if (snapshot.Lsn <= _commit && _settings.Planted != PlantedBug.StaleSnapshotInstalled)
            return SnapshotVerdict.Stale;
        if (snapshot.Lsn <= _last && _terms.TermAt(snapshot.Lsn) == snapshot.Term && _settings.Planted != PlantedBug.StaleSnapshotInstalled)
        {
            _needsBootstrap = false;
            TryPull(now);
            Finish();
            return SnapshotVerdict.NotNeeded;
        }

        _installing = snapshot;
        _pullOutstanding = false;
        _partHeld = 0;
        Become(RestingRole, _leader);
        _effects.Add(EffectKind.InstallSnapshot).Snapshot = snapshot;
        Finish();
        return SnapshotVerdict.Installs;
    }

    /// <summary>Answer to InstallSnapshot: the swap is durable. Flushed notices of the old log must not come after this.</summary>
    public void SnapshotInstalled(long now)
    {
        if (_stopped)
            return;
        Invariant.Check(_installing is not null, "S1: only what was asked for is installed");
        SnapshotPosition snapshot = _installing!;
        _installing = null;
        _needsBootstrap = false;
        _terms = snapshot.Terms.Clone();
        _first = snapshot.Lsn.Next;
        _last = _flushed = _commit = snapshot.Lsn;
        _configurations = new ConfigurationHistory([snapshot.Configuration]);
        ConfigurationChanged();
        _effects.Add(EffectKind.ConfigurationCommitted).Configuration = snapshot.Configuration;
        SendAck();
        TryPull(now);
        Finish();
    }

    /// <summary>Answer to InstallSnapshot: the old data is in place and whole.</summary>
    public void SnapshotNotInstalled(long now)
    {
        if (_stopped)
            return;
        Invariant.Check(_installing is not null, "S1: only what was asked for can fail");
        _installing = null;
        Finish();
    }
}

using Cluster.Storage.Sessions;

namespace Cluster.Storage.State;

/// <summary>
/// What stands in the place of the merged beginning of a shard's log: the files that hold its values, and what the log has to go on from.
/// Immutable; on disk it is replaced as a whole (<see cref="ShardManifestFile"/>).
/// </summary>
/// <remarks>
/// Invariants: (I1) the data files, loaded in this order, then every record behind <see cref="MergedThrough"/> up to
/// <see cref="RegardedCommit"/> or further, give the committed keys at that point; a shorter log does not, since the files lack values that only
/// those records supersede. (I2) ranges of data files ascend, do not overlap, and end at or below MergedThrough. (I3) everything up to
/// RegardedCommit was committed and synced before the manifest was written. (I4) Digest, LastTerm, LastTimestamp, Terms and Controls
/// are those of the log cut off behind MergedThrough.
/// </remarks>
public sealed record ShardManifest
{
    public required int Shard { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Everything up to here is in the data files, as far as it is not dead.</summary>
    public required Lsn MergedThrough { get; init; }

    /// <summary>Known as committed and synced: a log that ends below is corrupt, not torn.</summary>
    public required Lsn RegardedCommit { get; init; }

    /// <summary>Rolling digest after <see cref="MergedThrough"/>.</summary>
    public required ulong Digest { get; init; }

    /// <summary>Term of the record at <see cref="MergedThrough"/>.</summary>
    public required Term LastTerm { get; init; }

    /// <summary>Newest timestamp up to <see cref="MergedThrough"/>, µs.</summary>
    public required long LastTimestamp { get; init; }

    /// <summary>Live data files by LSN range.</summary>
    public IReadOnlyList<DataFileInfo> Files { get; init; } = [];

    /// <summary>The timeline through <see cref="MergedThrough"/>.</summary>
    public IReadOnlyList<TermStart> Terms { get; init; } = [];

    /// <summary>The newest configuration and the newest topology record up to <see cref="MergedThrough"/>, as far as there are such.</summary>
    public IReadOnlyList<ControlRecord> Controls { get; init; } = [];

    /// <summary>What later versions add; one of an unknown kind is never read over.</summary>
    public IReadOnlyList<ManifestSection> Sections { get; init; } = [];

    public TermTable Timeline()
    {
        var table = new TermTable();
        foreach (var start in Terms)
            table.Append(start.Term, start.First);
        return table;
    }

    /// <summary>The client sessions as of <see cref="MergedThrough"/>; null if there were none. Damage is told under the name <paramref name="path"/>.</summary>
    public SessionTable? SessionTable(string path)
    {
        foreach (var section in Sections)
        {
            if (section.Kind != ManifestSectionKind.Sessions)
                continue;
            try
            {
                var table = SessionTableCodec.Read(section.Content.Span);
                return table.Through <= MergedThrough ? table : throw new StateFileException(path, $"its sessions are those of LSN {table.Through}");
            }
            catch (SessionTableFormatException error)
            {
                throw new StateFileException(path, error.Message);
            }
        }

        return null;
    }

    public ControlRecord? Control(RecordKind kind)
    {
        foreach (var control in Controls)
        {
            if (control.Kind == kind)
                return control;
        }

        return null;
    }
}

/// <summary>A part of the manifest whose meaning its kind defines.</summary>
public sealed record ManifestSection(ManifestSectionKind Kind, ReadOnlyMemory<byte> Content);

/// <summary>Kinds of sections; the numbers are on disk, append only. A program refuses to open what has a kind it does not list here.</summary>
public enum ManifestSectionKind : ushort
{
    /// <summary>The table of client sessions as of merged through (docs/formats/session-table.md).</summary>
    Sessions = 1,
}

using System.Buffers.Binary;
using System.Text;
using Cluster.Storage.Files;
using Cluster.Storage.State;

namespace Cluster.Storage.Log;

/// <summary>
/// The decision to end a log at <see cref="Keep"/>, durable before the first file is touched: an interrupted cut is finished when the
/// log opens. Everything it does may be done twice.
///
/// A cut may fall inside a batch. Its header is then replaced by one that covers the records kept; the intent carries the new header,
/// so that a torn write of it is repaired.
/// </summary>
internal sealed record CutIntent
{
    public const string FileName = "cut.intent";

    private const ulong Magic = 0x31544E4954554C43; // "CLUTINT1"
    private const ushort Version = 1;

    public required Lsn Keep { get; init; }

    /// <summary>First LSN of the segment that is shortened; none if whole segments go.</summary>
    public required Lsn Shortened { get; init; }

    /// <summary>Length of that segment's file afterwards.</summary>
    public required long Length { get; init; }

    /// <summary>Where its last batch gets a new header.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>That header; empty if the cut falls between batches.</summary>
    public required byte[] Header { get; init; }

    /// <summary>A complete, synced segment under a temporary name that continues behind Keep; empty if there is none.</summary>
    public string Replacement { get; init; } = "";

    public static void Finish(IFileLayer files, string folder, ShardStateFile state, ICrashPoints crashPoints)
    {
        if (Load(files, folder) is not { } intent)
            return;

        // What can be read may be a name whose folder sync failed: made durable anew before anything is changed on its word.
        intent.Save(files, folder, crashPoints);
        intent.Apply(files, folder, state, crashPoints);
    }

    public void Save(IFileLayer files, string folder, ICrashPoints crashPoints)
    {
        var replacement = Encoding.UTF8.GetBytes(Replacement);
        var content = new byte[40 + Header.Length + replacement.Length];
        BinaryPrimitives.WriteInt64LittleEndian(content, Keep.Value);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(8), Shortened.Value);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(16), Length);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(24), HeaderOffset);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(32), Header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(36), replacement.Length);
        Header.CopyTo(content, 40);
        replacement.CopyTo(content, 40 + Header.Length);
        StateFile.Write(files, Path.Combine(folder, FileName), Magic, Version, content, crashPoints);
    }

    public void Apply(IFileLayer files, string folder, ShardStateFile state, ICrashPoints crashPoints)
    {
        // Always written: what can be read may be the page of a save whose sync failed, over an older and higher one on the disk.
        state.Save(state.Current with { Synced = Lsn.Min(state.Current.Synced, Keep), Commit = Lsn.Min(state.Current.Commit, Keep) });
        crashPoints.Reached("cut.synced-lowered");
        UnlinkLater(files, folder, crashPoints);
        if (!Shortened.IsNone)
            Shorten(files, folder, crashPoints);
        if (Replacement.Length > 0)
            PutReplacement(files, folder, crashPoints);
        files.Delete(Path.Combine(folder, FileName));
        files.SyncFolder(folder);
        crashPoints.Reached("cut.done");
    }

    /// <summary>Whether one waits to be finished. Throws <see cref="StateFileException"/> if it cannot be read.</summary>
    public static bool Exists(IFileLayer files, string folder) => Load(files, folder) is not null;

    internal static CutIntent? Load(IFileLayer files, string folder)
    {
        var path = Path.Combine(folder, FileName);
        var content = StateFile.Read(files, path, Magic, Version, out _);
        if (content is null)
            return null;
        if (content.Length < 40)
            throw new StateFileException(path, "it is too short");
        var header = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(32));
        var replacement = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(36));
        if (header is not (0 or BatchHeader.Bytes) || replacement < 0 || content.Length != 40 + header + replacement)
            throw new StateFileException(path, "its fields do not fit together");
        return new CutIntent
        {
            Keep = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(content)),
            Shortened = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(8))),
            Length = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(16)),
            HeaderOffset = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(24)),
            Header = content[40..(40 + header)],
            Replacement = Encoding.UTF8.GetString(content, 40 + header, replacement),
        };
    }

    /// <summary>From the newest down: whatever a crash leaves is a log without gaps.</summary>
    private void UnlinkLater(IFileLayer files, string folder, ICrashPoints crashPoints)
    {
        var replacement = ReplacementName?.ToString();
        var later = new List<SegmentName>();
        foreach (var file in files.ListFiles(folder))
        {
            if (SegmentName.TryParse(file, out var name) && name.First > Keep && file != replacement)
                later.Add(name);
        }

        later.Sort(static (left, right) => right.First.CompareTo(left.First));
        foreach (var name in later)
        {
            files.Delete(Path.Combine(folder, name.ToString()));
            files.SyncFolder(folder);
            crashPoints.Reached("cut.segment-unlinked");
        }
    }

    private void Shorten(IFileLayer files, string folder, ICrashPoints crashPoints)
    {
        foreach (var entry in files.ListFiles(folder))
        {
            if (!SegmentName.TryParse(entry, out var name) || name.First != Shortened)
                continue;
            using (var file = files.Open(Path.Combine(folder, entry), FileOpening.Write))
            {
                if (Header.Length > 0)
                    file.Write(HeaderOffset, Header);
                crashPoints.Reached("cut.header-written");
                file.Truncate(Length);
                crashPoints.Reached("cut.truncated");
                file.Sync();
            }

            crashPoints.Reached("cut.synced");
            var target = new SegmentName(Shortened, Keep).ToString();
            if (entry != target)
                files.Rename(Path.Combine(folder, entry), Path.Combine(folder, target));
            files.SyncFolder(folder);
            crashPoints.Reached("cut.renamed");
            return;
        }
    }

    private SegmentName? ReplacementName => Replacement.Length == 0 ? null : new SegmentName(Keep.Next, Lsn.None);

    private void PutReplacement(IFileLayer files, string folder, ICrashPoints crashPoints)
    {
        // Missing: an earlier attempt has renamed it already.
        var source = Path.Combine(folder, Replacement);
        if (files.FileExists(source))
            files.Rename(source, Path.Combine(folder, ReplacementName!.Value.ToString()));
        files.SyncFolder(folder);
        crashPoints.Reached("cut.replacement-renamed");
    }
}

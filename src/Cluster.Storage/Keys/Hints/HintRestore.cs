using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>Puts what a hint says into the directory: the state that reading its segment would have led to.</summary>
internal static class HintRestore
{
    /// <summary>Null if there is no whole hint; then nothing was changed.</summary>
    /// <param name="state">Gets the keys.</param>
    /// <param name="source">The hints of the folder.</param>
    /// <param name="files">Where the folder is.</param>
    /// <param name="folder">Of the shard.</param>
    /// <param name="segment">The segment that the opening is about to read.</param>
    /// <param name="keys">False: the state has them from elsewhere; only what the log has to know is wanted.</param>
    public static SegmentSummary? Run(KeyState state, HintSource source, IFileLayer files, string folder, in SealedSegment segment, bool keys = true)
    {
        var hint = source.Take(segment.Name, out var isLarge);
        if (isLarge)
            return RunLarge(state, files, folder, segment, keys);
        if (hint is null || !hint.Header.Describes(segment))
            return null;

        // A hint is written of committed records only, so everything before the segment is committed too.
        if (keys)
            state.CommitThrough(segment.Name.First - 1);
        var file = checked((uint)segment.Number);
        for (var i = 0; keys && i < hint.Chunks; i++)
            state.Directory.Apply(file, hint.Chunk(i));
        return Finish(state, hint, segment, keys);
    }

    /// <summary>It is not held in memory: checked in a first pass, used in a second.</summary>
    private static SegmentSummary? RunLarge(KeyState state, IFileLayer files, string folder, in SealedSegment segment, bool keys)
    {
        using var reader = HintReader.TryOpen(files, folder, segment);
        if (reader is null)
            return null;
        if (keys)
            state.CommitThrough(segment.Name.First - 1);
        var file = checked((uint)segment.Number);
        var rest = new LoadedHint(reader.Header);
        while (reader.TryNextBlock(out var entries))
        {
            while (!entries.IsEmpty)
            {
                var parsed = HintEntry.TryRead(entries, reader.Header, out var entry);
                Invariant.Check(parsed, "a hint that was whole stays whole while it is applied");
                rest.Add(entry, state.Hasher, keys);
                entries = entries[entry.Length..];
            }

            for (var i = 0; i < rest.Chunks; i++)
                state.Directory.Apply(file, rest.Chunk(i));
            rest.ForgetOperations();
        }

        return Finish(state, rest, segment, keys);
    }

    private static SegmentSummary Finish(KeyState state, LoadedHint hint, in SealedSegment segment, bool keys)
    {
        if (keys)
        {
            foreach (var (first, stamps) in hint.Stamps)
                HintStamps.Apply(stamps, first, state.Sessions.Committed);
            foreach (var record in hint.Controls)
                (record.Kind == RecordKind.Configuration ? state.Configurations : state.Topologies).Add(record);
            state.CommitThrough(segment.Name.Last);
        }

        return new SegmentSummary
        {
            DigestAfter = hint.Header.DigestAfter,
            LastTerm = hint.Header.LastTerm,
            LastTimestamp = hint.Header.LastTimestamp,
            Terms = hint.Terms,
            Batches = hint.Places,
        };
    }

    /// <summary>Deletes hints of segments that are no more. What cannot be deleted now is tried again by the next opening.</summary>
    public static void DeleteOrphans(IFileLayer files, string folder)
    {
        var hints = new HashSet<string>(StringComparer.Ordinal);
        var names = files.ListFiles(folder);
        foreach (var name in names)
        {
            if (name.EndsWith(SegmentName.HintSuffix, StringComparison.Ordinal))
                hints.Add(name);
        }

        foreach (var name in names)
        {
            if (SegmentName.TryParse(name, out var segment) && segment.IsSealed)
                hints.Remove(segment.HintName);
        }

        foreach (var orphan in hints)
        {
            try
            {
                files.Delete(Path.Combine(folder, orphan));
            }
            catch (StorageFailedException)
            {
                return;
            }
        }
    }
}

using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>Puts what a hint says into the directory: the state that reading its segment would have led to.</summary>
internal static class HintRestore
{
    /// <summary>Null if there is no whole hint; then nothing was changed.</summary>
    /// <param name="state">Gets the keys.</param>
    /// <param name="files">Where the folder is.</param>
    /// <param name="folder">Of the shard.</param>
    /// <param name="segment">The segment that the opening is about to read.</param>
    /// <param name="keys">False: the state has them from elsewhere; only what the log has to know is wanted.</param>
    public static SegmentSummary? Run(KeyState state, IFileLayer files, string folder, in SealedSegment segment, bool keys = true)
    {
        using var reader = HintReader.TryOpen(files, folder, segment);
        if (reader is null)
            return null;

        // A hint is written of committed records only, so everything before the segment is committed too.
        if (keys)
            state.CommitThrough(segment.Name.First - 1);
        var terms = new List<TermStart>();
        var places = new List<BatchPlace>();
        var file = checked((uint)segment.Number);
        while (reader.TryNextBlock(out var entries))
        {
            while (!entries.IsEmpty)
            {
                var parsed = HintEntry.TryRead(entries, reader.Header, out var entry);
                Invariant.Check(parsed, "a hint that was whole stays whole while it is applied");
                switch (entry.Kind)
                {
                    case < HintKind.TermStart when !keys:
                        break;
                    case HintKind.Put or HintKind.PutWithExpiry:
                        state.Directory.Put(state.Hash(entry.Key), new ValueLocation(file, entry.Offset, (int)entry.OperationLength, entry.Kind == HintKind.PutWithExpiry), entry.ExpiresAt);
                        break;
                    case HintKind.Delete:
                        state.Directory.Remove(state.Hash(entry.Key));
                        break;
                    case HintKind.FlushKeys:
                        state.Directory.Clear();
                        break;
                    case HintKind.Control:
                        var record = new ControlRecord(entry.RecordKind, entry.Lsn, new Term(entry.Number(0)), entry.Number(1), entry.Extra[16..].ToArray());
                        (entry.RecordKind == RecordKind.Configuration ? state.Configurations : state.Topologies).Add(record);
                        break;
                    case HintKind.TermStart:
                        terms.Add(new TermStart(new Term(entry.Number(0)), entry.Lsn));
                        break;
                    case HintKind.BatchPlace:
                        places.Add(new BatchPlace(entry.Lsn, entry.Number(0), (ulong)entry.Number(1)));
                        break;
                }

                entries = entries[entry.Length..];
            }
        }

        if (keys)
            state.CommitThrough(segment.Name.Last);
        return new SegmentSummary
        {
            DigestAfter = reader.Header.DigestAfter,
            LastTerm = reader.Header.LastTerm,
            LastTimestamp = reader.Header.LastTimestamp,
            Terms = terms,
            Batches = places,
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

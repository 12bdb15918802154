using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// After a failed sync the kernel may call pages clean that never reached the disk: syncing the same file again would prove nothing. So
/// the records that are not known to be synced are written once more, into a fresh segment, before anybody counts them (S2).
/// </summary>
internal static class DoubtfulCopy
{
    private const string CopyName = "doubtful-copy.tmp";

    public static void Run(ShardLogOptions options, ShardStateFile state, SegmentTable segments, Lsn last)
    {
        var synced = state.Current.Synced;
        if (synced >= last)
            return;
        var files = options.Environment.Files;
        var folder = options.Folder;
        var first = Copy(options, segments, synced, Path.Combine(folder, CopyName), out var shortened, out var length);
        files.SyncFolder(folder);
        options.Environment.CrashPoints.Reached("doubtful.copied");
        var intent = new CutIntent
        {
            Keep = first - 1,
            Shortened = shortened,
            Length = length,
            HeaderOffset = 0,
            Header = [],
            Replacement = CopyName,
        };
        intent.Save(files, folder, options.Environment.CrashPoints);
        intent.Apply(files, folder, state, options.Environment.CrashPoints);
        options.Environment.Events.DoubtfulRecordsCopied(options.Shard, first, last);
    }

    private static Lsn Copy(ShardLogOptions options, SegmentTable segments, Lsn synced, string path, out Lsn shortened, out long length)
    {
        shortened = Lsn.None;
        length = 0;
        var first = Lsn.None;
        long end = SegmentHeader.Bytes;
        var id = options.Environment.RandomId();
        using var copy = options.Environment.Files.Open(path, FileOpening.Replace);
        foreach (var segment in segments.Current)
        {
            if (segment.Last <= synced)
                continue;
            using var scanner = new BatchScanner(segment.File!, segment.Header);
            while (true)
            {
                var digestBefore = scanner.Digest;
                var termBefore = scanner.Term;
                if (!scanner.TryNext(out var header, out var batch))
                    break;
                if (header.Last <= synced)
                    continue;
                if (first.IsNone)
                {
                    first = header.First;
                    WriteHeader(copy, segment.Header with { SegmentId = id, First = first, DigestBefore = digestBefore, TermBefore = termBefore });
                    if (first > segment.First)
                    {
                        shortened = segment.First;
                        length = scanner.Offset - header.Length;
                    }
                }

                var bytes = batch.ToArray();
                (header with { SegmentId = id, SyncedThrough = Lsn.Min(header.SyncedThrough, synced) }).Write(bytes);
                copy.Write(end, bytes);
                end += bytes.Length;
            }
        }

        copy.Sync();
        return first;
    }

    private static void WriteHeader(IDataFile file, SegmentHeader header)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        header.Write(bytes);
        file.Write(0, bytes);
    }
}

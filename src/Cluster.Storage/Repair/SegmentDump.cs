using System.Globalization;
using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Repair;

/// <summary>Prints a segment file (or the saved tail of a cut) under the field names of docs/formats/segment.md and record.md.</summary>
public static class SegmentDump
{
    /// <summary>False if the file is damaged; the last line then says where. Blocks.</summary>
    public static bool Write(IFileLayer files, string path, TextWriter output, bool records, CancellationToken cancellation = default)
    {
        using var file = files.Open(path, FileOpening.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out var header))
        {
            output.WriteLine("damage at offset 0: the segment's header is not valid");
            return false;
        }

        Line(output, $"segment: version {SegmentHeader.Version}, shard {header.Shard}, segment id {header.SegmentId:x16}, first LSN {header.First}, digest before {header.DigestBefore:x16}, term before {header.TermBefore}, cluster id {header.ClusterId}, created at {header.CreatedAt}");
        using var scanner = new BatchScanner(file, header);
        while (scanner.TryNext(out var batch, out var content))
        {
            cancellation.ThrowIfCancellationRequested();
            var offset = scanner.Offset - batch.Length;
            Line(output, $"batch: offset {offset}, length {batch.Length}, first LSN {batch.First}, record count {batch.Count}, commit LSN {batch.Commit}, synced through {batch.SyncedThrough}, digest {batch.Digest:x16}");
            if (records)
                Records(output, content, offset);
        }

        if (scanner.Damage is { } damage)
        {
            Line(output, $"damage at offset {scanner.Offset}, LSN {scanner.NextLsn}: {damage}");
            return false;
        }

        Line(output, $"end: offset {scanner.Offset}, last LSN {scanner.NextLsn - 1}, zeros behind {file.Length - scanner.Offset}");
        return true;
    }

    private static void Records(TextWriter output, ReadOnlySpan<byte> content, long offset)
    {
        for (var at = BatchHeader.Bytes; at < content.Length;)
        {
            var record = RecordView.FromTrusted(content[at..][..RecordView.LengthAt(content[at..])]);
            var session = record.HasSession ? FormattableString.Invariant($", session id {record.Session.Id}, session sequence {record.Session.Sequence}") : Stamp(record);
            Line(output, $"  record: offset {offset + at}, length {record.Length}, kind {record.Kind}, LSN {record.Lsn}, term {record.Term}, timestamp {record.Timestamp}{session}, payload {record.Payload.Length} bytes");
            at += record.Length;
        }
    }

    private static string Stamp(in RecordView record)
    {
        if (!record.HasStamp)
            return "";
        var stamp = record.Stamp;
        var session = stamp.Opens ? $"session id {stamp.Id}" : FormattableString.Invariant($"session of LSN {stamp.Opening}");
        var reply = stamp.IsKept ? Convert.ToHexString(stamp.Reply) : "not kept";
        return FormattableString.Invariant($", {session}, session sequence {stamp.Sequence}, reply {reply}");
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

using System.Globalization;
using Cluster.Storage.Files;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.State;

namespace Cluster.Storage.Repair;

/// <summary>Prints any file of a shard's folder that holds data, under the field names of docs/formats; its name tells what it is.</summary>
public static class StorageDump
{
    /// <summary>False if the file is damaged; the last line then says where. Blocks.</summary>
    public static bool Write(IFileLayer files, string path, TextWriter output, bool records, CancellationToken cancellation = default)
    {
        var name = Path.GetFileName(path);
        if (name == ShardManifestFile.FileName)
            return WriteManifest(files, path, output);
        return DataFileInfo.IsName(name)
            ? WriteDataFile(files, path, output, records, cancellation)
            : SegmentDump.Write(files, path, output, records, cancellation);
    }

    private static bool WriteManifest(IFileLayer files, string path, TextWriter output)
    {
        ShardManifest manifest;
        try
        {
            manifest = ShardManifestFile.Read(files, Path.GetDirectoryName(Path.GetFullPath(path))!) ?? throw new StateFileException(path, "it is missing");
        }
        catch (StateFileException error)
        {
            Line(output, $"damage: {error.Reason}");
            return false;
        }

        Line(output, $"manifest: version {ShardManifestFile.Version}, shard {manifest.Shard}, cluster id {manifest.ClusterId}, merged through {manifest.MergedThrough}, regarded commit {manifest.RegardedCommit}, digest {manifest.Digest:x16}, last term {manifest.LastTerm}, last timestamp {manifest.LastTimestamp}");
        foreach (var file in manifest.Files)
            Line(output, $"data file: {file.Name}, clean through {file.CleanThrough}, length {file.Bytes}, entries {file.Entries}, checksum {file.Checksum:x8}");
        foreach (var start in manifest.Terms)
            Line(output, $"term: {start.Term}, first LSN {start.First}");
        foreach (var control in manifest.Controls)
            Line(output, $"control record: kind {control.Kind}, LSN {control.Lsn}, term {control.Term}, timestamp {control.Timestamp}, payload {control.Payload.Length} bytes");
        foreach (var section in manifest.Sections)
            Line(output, $"section: kind {(ushort)section.Kind}, {section.Content.Length} bytes");
        Line(output, $"end: {manifest.Files.Count} data files, {manifest.Terms.Count} terms");
        return true;
    }

    private static bool WriteDataFile(IFileLayer files, string path, TextWriter output, bool records, CancellationToken cancellation)
    {
        using var file = files.Open(path, FileOpening.Read);
        try
        {
            using var reader = DataFileReader.OpenAlone(file, out var header);
            Line(output, $"data file: version {DataFileHeader.Version}, shard {header.Shard}, id {header.Id:x16}, first LSN {header.First}, last LSN {reader.Footer.Last}, cluster id {header.ClusterId}, entries {reader.Footer.Entries}, tombstones {reader.Footer.Tombstones}");
            for (var offset = reader.Offset; reader.TryNext(); offset = reader.Offset)
            {
                cancellation.ThrowIfCancellationRequested();
                var section = reader.Section;
                Line(output, $"section: offset {offset}, number {section.Number}, entries {section.Entries}, index length {section.IndexBytes}, values length {section.ValueBytes}, first LSN {section.First}, last LSN {section.Last}");
                for (var index = reader.Index; !index.IsEmpty;)
                {
                    var entry = reader.Take(ref index);
                    if (entry.Kind != DataEntryKind.Tombstone)
                        reader.Operation(entry, out _);
                    if (records)
                        Line(output, $"  entry: kind {entry.Kind}, key {entry.Key.Length} bytes, offset {entry.Offset}, operation length {entry.OperationLength}, LSN {entry.Lsn}, expires at {entry.ExpiresAt}");
                }
            }

            Line(output, $"end: {reader.Footer.Sections} sections, {reader.Footer.FileBytes} bytes");
            return true;
        }
        catch (WalCorruptException error)
        {
            Line(output, $"damage at offset {error.Offset}, LSN {error.Lsn}: {error.Reason}");
            return false;
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

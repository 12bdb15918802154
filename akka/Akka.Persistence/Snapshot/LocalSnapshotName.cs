using System;
using System.Globalization;

namespace Akka.Persistence.Snapshot;

/// <summary>File names: snapshot-{persistence id, escaped}-{sequence number}-{ticks, UTC}.</summary>
internal static class LocalSnapshotName
{
    public static string Prefix(string persistenceId) => "snapshot-" + Uri.EscapeDataString(persistenceId) + "-";

    public static string Of(SnapshotMetadata metadata) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix(metadata.PersistenceId)}{metadata.SequenceNr}-{metadata.Timestamp.Ticks}");

    /// <summary>False for names of other things, also of ids that begin in the same way.</summary>
    public static bool TryParse(string name, string persistenceId, out SnapshotMetadata metadata)
    {
        metadata = null;
        string prefix = Prefix(persistenceId);
        if (!name.StartsWith(prefix, StringComparison.Ordinal)) return false;
        string[] numbers = name[prefix.Length..].Split('-');
        if (numbers.Length != 2
            || !long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequenceNr)
            || !long.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        metadata = new SnapshotMetadata(persistenceId, sequenceNr, new DateTime(ticks, DateTimeKind.Utc));
        return true;
    }
}

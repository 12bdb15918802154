namespace Cluster.Actors.Persistence.Log;

/// <summary>One event or snapshot as it is stored. What the bytes mean is the serializer's business.</summary>
/// <param name="Ticks">UTC.</param>
/// <param name="Writer">Of the incarnation that wrote the event; empty for snapshots.</param>
/// <param name="Manifest">Given by an event adapter; mostly empty.</param>
/// <param name="PayloadManifest">Names the kind of the payload to its serializer.</param>
internal sealed record EntryContent(
    long SequenceNr, long Ticks, int Serializer, string Writer, string Manifest, string PayloadManifest, ReadOnlyMemory<byte> Payload);

/// <summary>Entries of one persistence id, of which either all are stored or none.</summary>
internal sealed record EntryBatch(string PersistenceId, IReadOnlyList<EntryContent> Entries);

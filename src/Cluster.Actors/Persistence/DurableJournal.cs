using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Cluster.Actors.Persistence.Log;

namespace Cluster.Actors.Persistence;

/// <summary>
/// A journal in one append-only log. A write is answered after its record was synced; writes of different actors share syncs. What cannot be
/// serialized or is too large is rejected; a failed sync fails the write, whose outcome is then unknown, and everything after it.
/// </summary>
public sealed class DurableJournal : AsyncWriteJournal
{
    private const int Kind = -2;

    private readonly PluginSettings _settings;
    private readonly PluginLog _log;
    private readonly PayloadCodec _codec;

    public DurableJournal(Config config)
    {
        _settings = PluginSettings.Read(config);
        _codec = new PayloadCodec((ExtendedActorSystem)Context.System, _settings.Serializer);
        _log = PluginLogs.Of(Context.System).For(_settings, Kind);
    }

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback) =>
        _log.Query(log =>
        {
            foreach (LogEntry entry in log.Find(persistenceId, fromSequenceNr, toSequenceNr, max))
                if (log.Read(entry) is { } content) recoveryCallback(Represent(persistenceId, content));
            return true;
        });

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => _log.Query(log => log.Highest(persistenceId));

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        List<Exception?> outcomes = [];
        List<EntryBatch> batches = [];
        foreach (AtomicWrite write in messages)
        {
            Exception? rejection = TryEncode(write, out EntryBatch? batch);
            if (rejection is null) batches.Add(batch!);
            outcomes.Add(rejection);
        }

        try
        {
            if (batches.Count > 0) await _log.Write(batches).ConfigureAwait(false);
        }
        catch (WriteRefusedException refusal)
        {
            for (int i = 0; i < outcomes.Count; i++) outcomes[i] ??= refusal;
        }

        return outcomes.TrueForAll(static outcome => outcome is null) ? null! : ImmutableList.CreateRange<Exception>(outcomes!);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) => _log.DeleteTo(persistenceId, toSequenceNr);

    /// <summary>Null, or why the write is rejected.</summary>
    private Exception? TryEncode(AtomicWrite write, out EntryBatch? batch)
    {
        batch = null;
        try
        {
            var events = (IImmutableList<IPersistentRepresentation>)write.Payload;
            List<EntryContent> entries = new(events.Count);
            foreach (IPersistentRepresentation @event in events) entries.Add(Encode(@event));
            EntryBatch encoded = new(write.PersistenceId, entries);
            long length = EntryFormat.WriteLength(encoded);
            if (length > _settings.WriteBytesMax) return new PayloadTooLargeException(write.PersistenceId, length, _settings.WriteBytesMax);
            batch = encoded;
            return null;
        }
        catch (Exception error)
        {
            // The payload cannot be serialized: a matter of this write alone.
            return error;
        }
    }

    private EntryContent Encode(IPersistentRepresentation @event)
    {
        var (serializer, manifest, bytes) = _codec.Write(@event.Payload);
        return new EntryContent(@event.SequenceNr, @event.Timestamp, serializer, @event.WriterGuid, @event.Manifest, manifest, bytes);
    }

    private Persistent Represent(string persistenceId, EntryContent content) => new(
        _codec.Read(content.Serializer, content.PayloadManifest, content.Payload),
        content.SequenceNr,
        persistenceId,
        content.Manifest,
        isDeleted: false,
        ActorRefs.NoSender,
        content.Writer,
        content.Ticks);
}

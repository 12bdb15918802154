using System;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An event with its place in the history of its actor.</summary>
public class Persistent : IPersistentRepresentation, IEquatable<IPersistentRepresentation>
{
    public Persistent(
        object payload,
        long sequenceNr = 0,
        string persistenceId = null,
        string manifest = null,
        bool isDeleted = false,
        IActorRef sender = null,
        string writerGuid = null,
        long timestamp = 0)
    {
        Payload = payload;
        SequenceNr = sequenceNr;
        PersistenceId = persistenceId ?? Undefined;
        Manifest = manifest ?? Undefined;
        IsDeleted = isDeleted;
        Sender = sender;
        WriterGuid = writerGuid ?? Undefined;
        Timestamp = timestamp;
    }

    /// <summary>Stands for a text that was not given.</summary>
    public static string Undefined { get; } = string.Empty;

    public object Payload { get; }

    public string Manifest { get; }

    public string PersistenceId { get; }

    public long SequenceNr { get; }

    public bool IsDeleted { get; }

    public IActorRef Sender { get; }

    public string WriterGuid { get; }

    public long Timestamp { get; }

    public IPersistentRepresentation WithPayload(object payload) =>
        new Persistent(payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation WithManifest(string manifest) => manifest == Manifest
        ? this
        : new Persistent(Payload, SequenceNr, PersistenceId, manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid) =>
        new Persistent(Payload, sequenceNr, persistenceId, Manifest, isDeleted, sender, writerGuid, Timestamp);

    public IPersistentRepresentation WithTimestamp(long newTimestamp) => newTimestamp == Timestamp
        ? this
        : new Persistent(Payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, newTimestamp);

    public bool Equals(IPersistentRepresentation other) =>
        other is not null
        && SequenceNr == other.SequenceNr
        && PersistenceId == other.PersistenceId
        && WriterGuid == other.WriterGuid
        && Manifest == other.Manifest
        && IsDeleted == other.IsDeleted
        && Timestamp == other.Timestamp
        && Equals(Payload, other.Payload)
        && Equals(Sender, other.Sender);

    public bool Equals(Persistent other) => Equals((IPersistentRepresentation)other);

    public override bool Equals(object obj) => Equals(obj as IPersistentRepresentation);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, WriterGuid, Payload);

    public override string ToString() =>
        $"Persistent<pid: {PersistenceId}, seqNr: {SequenceNr}, deleted: {IsDeleted}, manifest: {Manifest}, sender: {Sender}, payload: {Payload}, writerGuid: {WriterGuid}, timestamp: {Timestamp}>";
}

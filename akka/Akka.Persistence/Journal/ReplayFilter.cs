using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

/// <summary>What to do with events of an older writer that overlap with those of a newer one.</summary>
public enum ReplayFilterMode
{
    /// <summary>The recovery fails.</summary>
    Fail = 0,

    /// <summary>They are let through.</summary>
    Warn = 1,

    /// <summary>They are left out.</summary>
    RepairByDiscardOld = 2,

    /// <summary>There is no filter.</summary>
    Disabled = 3,
}

internal static class ReplayFilterModes
{
    public static ReplayFilterMode Parse(string text) => text?.ToLowerInvariant() switch
    {
        "off" or "false" or "disabled" => ReplayFilterMode.Disabled,
        "repair-by-discard-old" => ReplayFilterMode.RepairByDiscardOld,
        "fail" => ReplayFilterMode.Fail,
        "warn" => ReplayFilterMode.Warn,
        _ => throw new ConfigurationException($"Invalid replay-filter.mode [{text}], supported values [off, repair-by-discard-old, fail, warn]"),
    };
}

/// <summary>
/// Stands between a journal and a recovering actor and looks at a window of events. Two writers of one history (two nodes that both believed to
/// be the one) show by numbers that both have given: the later writer is believed. Ends with the replay.
/// </summary>
public class ReplayFilter : ActorBase
{
    private readonly LinkedList<ReplayedMessage> _window = new();
    private readonly LinkedList<string> _oldWriters = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private string _writer;
    private long _sequenceNr;
    private bool _failed;

    /// <summary>Filters one replay.</summary>
    public ReplayFilter(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        PersistentActor = persistentActor;
        Mode = mode;
        WindowSize = windowSize;
        MaxOldWriters = maxOldWriters;
        DebugEnabled = debugEnabled;
    }

    /// <summary>Who gets the answers.</summary>
    public IActorRef PersistentActor { get; }

    /// <summary>What to do with them.</summary>
    public ReplayFilterMode Mode { get; }

    /// <summary>How many events are looked at together.</summary>
    public int WindowSize { get; }

    /// <summary>How many older writers are remembered.</summary>
    public int MaxOldWriters { get; }

    /// <summary>Each event is logged.</summary>
    public bool DebugEnabled { get; }

    /// <summary>For an actor that filters one replay.</summary>
    public static Props Props(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled) =>
        Akka.Actor.Props.Create(() => new ReplayFilter(persistentActor, mode, windowSize, maxOldWriters, debugEnabled));

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                if (DebugEnabled) _log.Debug("Replay: {0}", replayed.Persistent);
                Take(replayed);
                return true;
            case RecoverySuccess or ReplayMessagesFailure:
                foreach (ReplayedMessage waiting in _window) PersistentActor.Tell(waiting, ActorRefs.NoSender);
                _window.Clear();
                PersistentActor.Tell(message, Sender);
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private void Take(ReplayedMessage replayed)
    {
        if (_window.Count >= WindowSize && _window.First is { } oldest)
        {
            _window.RemoveFirst();
            PersistentActor.Tell(oldest.Value, ActorRefs.NoSender);
        }

        IPersistentRepresentation persistent = replayed.Persistent;
        bool accepted = true;
        if (persistent.WriterGuid == _writer)
        {
            accepted = persistent.SequenceNr >= _sequenceNr || Tolerate(
                $"Invalid replayed event [{persistent.SequenceNr}] from writer [{persistent.WriterGuid}] with PersistenceId [{persistent.PersistenceId}]: it is below [{_sequenceNr}] of the same writer.");
            if (accepted) _sequenceNr = Math.Max(_sequenceNr, persistent.SequenceNr);
        }
        else if (_oldWriters.Contains(persistent.WriterGuid))
        {
            accepted = Tolerate(
                $"Invalid replayed event [{persistent.SequenceNr}] from old writer [{persistent.WriterGuid}] with PersistenceId [{persistent.PersistenceId}]: there is a newer writer [{_writer}] with event [{_sequenceNr}].");
        }
        else
        {
            BeginWriter(persistent);
        }

        if (accepted && !_failed) _window.AddLast(replayed);
    }

    private void BeginWriter(IPersistentRepresentation first)
    {
        if (_writer is not null) _oldWriters.AddLast(_writer);
        if (_oldWriters.Count > MaxOldWriters) _oldWriters.RemoveFirst();
        _writer = first.WriterGuid;
        _sequenceNr = first.SequenceNr;
        LinkedListNode<ReplayedMessage> next;
        for (LinkedListNode<ReplayedMessage> node = _window.First; node is not null && !_failed; node = next)
        {
            next = node.Next;
            IPersistentRepresentation older = node.Value.Persistent;
            if (older.SequenceNr < _sequenceNr) continue;
            bool tolerated = Tolerate(
                $"Invalid replayed event [{older.SequenceNr}] from writer [{older.WriterGuid}] with PersistenceId [{older.PersistenceId}]: the newer writer [{_writer}] begins at [{_sequenceNr}].");
            if (!tolerated && !_failed) _window.Remove(node);
        }
    }

    /// <summary>Says what is wrong; true if the event is to be let through nevertheless.</summary>
    private bool Tolerate(string issue)
    {
        switch (Mode)
        {
            case ReplayFilterMode.RepairByDiscardOld:
                _log.Warning(issue + " It is discarded.");
                return false;
            case ReplayFilterMode.Fail:
                _log.Error(issue);
                Fail(issue);
                return false;
            default:
                _log.Warning(issue);
                return true;
        }
    }

    private void Fail(string issue)
    {
        _failed = true;
        _window.Clear();
        PersistentActor.Tell(new ReplayMessagesFailure(new IllegalStateException(issue)), Self);
        Context.Become(message =>
        {
            if (message is RecoverySuccess or ReplayMessagesFailure) Context.Stop(Self);
            return message is IJournalResponse;
        });
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Akka.Contract.Tests.Persistence;

/// <summary>What a test wants its journal to do; null: what a journal does.</summary>
internal sealed class JournalScript : IDisposable
{
    private static readonly ConcurrentDictionary<string, JournalScript> Scripts = new();

    private readonly string _name = Guid.NewGuid().ToString("N");

    public JournalScript() => Scripts[_name] = this;

    /// <summary>An answer in place of storing.</summary>
    public volatile Func<IReadOnlyList<AtomicWrite>, Task<IImmutableList<Exception>>?>? OnWrite;

    /// <summary>Awaited before a replay begins.</summary>
    public volatile Func<string, Task>? BeforeReplay;

    /// <summary>Awaited before the highest number is read.</summary>
    public volatile Func<Task>? BeforeHighest;

    public string Settings => $$"""
        akka.persistence {
          journal.plugin = scripted
          snapshot-store.plugin = akka.persistence.snapshot-store.inmem
        }
        scripted {
          class = "Akka.Contract.Tests.Persistence.ScriptedJournal, Akka.Contract.Tests"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          script = "{{_name}}"
        }
        """;

    public static JournalScript Of(Config config) => Scripts[config.GetString("script")];

    public void Dispose() => Scripts.TryRemove(_name, out _);
}

internal sealed class ScriptedJournal(Config config) : MemoryJournal
{
    private readonly JournalScript _script = JournalScript.Of(config);

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (_script.BeforeReplay is { } wait) await wait(persistenceId);
        await base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        if (_script.BeforeHighest is { } wait) await wait();
        return await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr);
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        List<AtomicWrite> all = [.. messages];
        return _script.OnWrite?.Invoke(all) ?? base.WriteMessagesAsync(all);
    }
}

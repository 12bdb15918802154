using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Contract.Tests.Persistence.Conformance;
using Akka.Persistence;

namespace Cluster.Actors.Tests.Persistence;

/// <summary>
/// The child of <see cref="KilledProcessTests"/>: persistent actors that write as fast as they can, delete what is old, save snapshots, and print
/// what they were told. One line each: A id number writer (stored), d id number (wants to delete up to), D id number (deleted), S id number (snapshot saved).
/// </summary>
internal static class PersistingProcess
{
    public const int Actors = 4;

    private static readonly StreamWriter Output = new(Console.OpenStandardOutput());

    public static string IdOf(int actor) => "p-" + actor.ToString(CultureInfo.InvariantCulture);

    public static string Settings(string folder) => PluginFolder.SettingsAt(folder, "segment-bytes = 64KiB") + ConformanceSerializer.SettingsHere;

    public static async Task<int> Run(string folder)
    {
        var system = ActorSystem.Create("child", ConfigurationFactory.ParseString(Settings(folder) + "\nakka.loglevel = ERROR"));
        string writer = Guid.NewGuid().ToString("N");
        for (int i = 0; i < Actors; i++)
        {
            string id = IdOf(i);
            system.ActorOf(Props.Create(() => new Persister(id, writer)));
        }

        await system.WhenTerminated;
        return 0;
    }

    private static void Print(string line)
    {
        lock (Output)
        {
            Output.WriteLine(line);
            Output.Flush();
        }
    }

    /// <summary>An event says which batch it belongs to: writer, first number, count.</summary>
    private sealed class Persister : ReceivePersistentActor
    {
        private readonly string _writer;
        private int _batches;

        public Persister(string id, string writer)
        {
            PersistenceId = id;
            _writer = writer;
            Recover<SnapshotOffer>(_ => { });
            Recover<TextEvent>(_ => { });
            Recover<RecoveryCompleted>(_ => Self.Tell(Next.Instance));
            Command<Next>(_ => StoreBatch());
            Command<DeleteMessagesSuccess>(deleted => Print($"D {PersistenceId} {deleted.ToSequenceNr}"));
            Command<SaveSnapshotSuccess>(saved =>
            {
                Print($"S {PersistenceId} {saved.Metadata.SequenceNr}");
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
            });
            Command<DeleteSnapshotsSuccess>(_ => { });
        }

        public override string PersistenceId { get; }

        protected override void OnRecoveryFailure(Exception reason, object? message = null) => GiveUp(reason);

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => GiveUp(cause);

        /// <summary>There is nothing to wait for any more.</summary>
        private static void GiveUp(Exception reason)
        {
            Console.Error.WriteLine(reason);
            Environment.Exit(2);
        }

        private void StoreBatch()
        {
            int count = 1 + (++_batches % 3);
            long first = LastSequenceNr + 1;
            string text = $"{_writer} {first} {count} {new string('x', 200)}";
            int left = count;
            PersistAll(Enumerable.Repeat(new TextEvent(text), count), _ =>
            {
                Print($"A {PersistenceId} {LastSequenceNr} {_writer}");
                if (--left > 0) return;
                Self.Tell(Next.Instance);
                if (_batches % 20 != 0) return;
                Print($"d {PersistenceId} {LastSequenceNr - 20}");
                DeleteMessages(LastSequenceNr - 20);
                SaveSnapshot(new TextEvent("snapshot " + LastSequenceNr.ToString(CultureInfo.InvariantCulture)));
            });
        }
    }

    private sealed class Next
    {
        public static readonly Next Instance = new();
    }
}

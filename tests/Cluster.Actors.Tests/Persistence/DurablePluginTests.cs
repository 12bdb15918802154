using Akka.Actor;
using Akka.Configuration;
using Akka.Contract.Tests.Persistence.Conformance;
using Akka.Persistence;
using Cluster.Actors.Persistence;
using Cluster.Storage;
using Xunit;
using TestKit = Akka.TestKit.Xunit2.TestKit;

namespace Cluster.Actors.Tests.Persistence;

public sealed class DurablePluginTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_system_finds_what_the_one_before_has_left()
    {
        InSystem("", kit =>
        {
            Assert.IsType<WriteMessageSuccess>(Write(kit, 1, "one"));
            Assert.IsType<WriteMessageSuccess>(Write(kit, 2, "two"));
            Delete(kit, 1);
            Store(kit).Tell(new SaveSnapshot(new SnapshotMetadata("p", 2), new TextEvent("snap")), kit.TestActor);
            kit.ExpectMsg<SaveSnapshotSuccess>();
        });
        InSystem("", kit =>
        {
            Journal(kit).Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, "p", kit.TestActor), kit.TestActor);
            Assert.Equal(new TextEvent("two"), kit.ExpectMsg<ReplayedMessage>().Persistent.Payload);
            Assert.Equal(2, kit.ExpectMsg<RecoverySuccess>().HighestSequenceNr);
            Store(kit).Tell(new LoadSnapshot("p", SnapshotSelectionCriteria.Latest, long.MaxValue), kit.TestActor);
            Assert.Equal(new TextEvent("snap"), kit.ExpectMsg<LoadSnapshotResult>().Snapshot.Snapshot);
        });
    }

    [Fact]
    public void What_is_too_large_is_rejected_and_the_next_write_is_not()
    {
        InSystem("write-bytes-max = 1000", kit =>
        {
            var rejected = Assert.IsType<WriteMessageRejected>(Write(kit, 1, new string('x', 1000)));
            Assert.Equal(1000, Assert.IsType<PayloadTooLargeException>(rejected.Cause).BytesMax);
            Assert.IsType<WriteMessageSuccess>(Write(kit, 2, "small"));
            Store(kit).Tell(new SaveSnapshot(new SnapshotMetadata("p", 2), new TextEvent(new string('x', 1000))), kit.TestActor);
            Assert.IsType<PayloadTooLargeException>(kit.ExpectMsg<SaveSnapshotFailure>().Cause);
        });
    }

    [Fact]
    public void A_damaged_file_is_refused_and_named_in_every_answer()
    {
        InSystem("", kit =>
        {
            for (int i = 1; i <= 5; i++) Assert.IsType<WriteMessageSuccess>(Write(kit, i, "event " + i));
        });
        string file = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Journal, "log"), "wal-*"));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("event 3"u8)] ^= 1;
        File.WriteAllBytes(file, bytes);
        InSystem("", kit =>
        {
            Journal(kit).Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, "p", kit.TestActor), kit.TestActor);
            Assert.Contains(file, Assert.IsType<WalCorruptException>(kit.ExpectMsg<ReplayMessagesFailure>().Cause).Message, StringComparison.Ordinal);
            Journal(kit).Tell(new WriteMessages([new AtomicWrite(new Persistent(new TextEvent("new"), 6, "p"))], kit.TestActor, 1), kit.TestActor);
            Assert.IsType<WalCorruptException>(kit.ExpectMsg<WriteMessagesFailed>().Cause);
            Assert.IsType<WalCorruptException>(kit.ExpectMsg<WriteMessageFailure>().Cause);
        });
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_folder_that_another_system_uses_is_refused()
    {
        InSystem("", first =>
        {
            Assert.IsType<WriteMessageSuccess>(Write(first, 1, "one"));
            InSystem("", second => Assert.IsType<DataFolderInUseException>(Assert.IsType<WriteMessageFailure>(Write(second, 2, "two", failure: true)).Cause));
            Assert.IsType<WriteMessageSuccess>(Write(first, 2, "two"));
        });
    }

    [Fact]
    public void A_plugin_without_a_folder_does_not_start()
    {
        using var kit = new TestKit(ConfigurationFactory.ParseString("cluster.persistence.journal.folder = \"\"\n").WithFallback(Config("")));
        kit.EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Journal(kit));
    }

    private static IActorRef Journal(TestKit kit) => Akka.Persistence.Persistence.Instance.Apply(kit.Sys).JournalFor(null);

    private static IActorRef Store(TestKit kit) => Akka.Persistence.Persistence.Instance.Apply(kit.Sys).SnapshotStoreFor(null);

    private static object Write(TestKit kit, long number, string text, bool failure = false)
    {
        Journal(kit).Tell(new WriteMessages([new AtomicWrite(new Persistent(new TextEvent(text), number, "p", writerGuid: "w"))], kit.TestActor, 1), kit.TestActor);
        if (failure) kit.ExpectMsg<WriteMessagesFailed>();
        else kit.ExpectMsg<WriteMessagesSuccessful>();
        return kit.ExpectMsg<IJournalResponse>();
    }

    private static void Delete(TestKit kit, long to)
    {
        Journal(kit).Tell(new DeleteMessagesTo("p", to, kit.TestActor), kit.TestActor);
        kit.ExpectMsg<DeleteMessagesSuccess>();
    }

    private Config Config(string lines) => ConfigurationFactory.ParseString(
        "akka.test { single-expect-default = 30s, filter-leeway = 30s }\n" + _folder.SettingsWith(lines) + ConformanceSerializer.SettingsHere);

    private void InSystem(string lines, Action<TestKit> test)
    {
        using var kit = new TestKit(Config(lines));
        test(kit);
        Assert.True(kit.Sys.Terminate().Wait(TimeSpan.FromSeconds(60)), "the system does not end");
    }
}

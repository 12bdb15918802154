using System;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Serialization;
using Akka.Serialization;
using Akka.Twin.Tests.Actor;
using Akka.Twin.Tests.Remote;
using Xunit;

namespace Akka.Twin.Tests.Persistence;

public class PersistenceSerializerTests : SystemFixture
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 1_000_000 : 5_000;

    private readonly Serializer _messages;
    private readonly Serializer _snapshots;

    public PersistenceSerializerTests()
    {
        Akka.Persistence.Persistence.Instance.Apply(Sys);
        _messages = Sys.Serialization.FindSerializerForType(typeof(Persistent));
        _snapshots = Sys.Serialization.FindSerializerForType(typeof(Akka.Persistence.Serialization.Snapshot));
    }

    [Fact]
    public void The_serializers_are_bound_although_the_defaults_come_late()
    {
        Assert.Equal((7, 8), (_messages.Identifier, _snapshots.Identifier));
        Assert.IsType<PersistenceMessageSerializer>(_messages);
        Assert.IsType<PersistenceSnapshotSerializer>(_snapshots);
    }

    [Fact]
    public void Events_atomic_writes_and_snapshots_come_back_as_they_were()
    {
        var first = Event(1, "one", ActorRefs.NoSender);
        var second = Event(2, ActorRefs.NoSender, ActorRefs.NoSender);
        Assert.Equal(first, RoundTrip(first));
        Assert.Equal(first.Timestamp, RoundTrip(first).Timestamp);
        Assert.Equal(Sys.DeadLetters.Path, RoundTrip(Event(3, "x", Sys.DeadLetters)).Sender.Path);
        var write = new AtomicWrite(ImmutableList.Create<IPersistentRepresentation>(first, second));
        Assert.Equal(write, _messages.FromBinary(_messages.ToBinary(write), typeof(AtomicWrite)));
        var snapshot = new Akka.Persistence.Serialization.Snapshot("state");
        Assert.Equal(snapshot, _snapshots.FromBinary(_snapshots.ToBinary(snapshot), typeof(Akka.Persistence.Serialization.Snapshot)));
    }

    [Fact]
    public void Mutated_bytes_only_raise_the_typed_error()
    {
        byte[][] seeds =
        [
            _messages.ToBinary(Event(1, "one", Sys.DeadLetters)),
            _messages.ToBinary(new AtomicWrite(ImmutableList.Create<IPersistentRepresentation>(Event(1, "one", null), Event(2, new byte[100], null)))),
            _snapshots.ToBinary(new Akka.Persistence.Serialization.Snapshot("state")),
            _messages.ToBinary(Event(1, Event(2, "nested", null), null)),
        ];
        Mutator mutator = new(new Random(7));
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = mutator.Mutate(seeds[round % seeds.Length]);
            Read(_messages, bytes, typeof(Persistent), round);
            Read(_messages, bytes, typeof(AtomicWrite), round);
            Read(_snapshots, bytes, typeof(Akka.Persistence.Serialization.Snapshot), round);
        }
    }

    [Fact]
    public void Endless_nesting_is_an_error_and_no_stack_overflow()
    {
        byte[] bytes = _messages.ToBinary(Event(1, "core", null));
        for (int i = 0; i < 40; i++) bytes = Wrap(bytes);
        Assert.Throws<SerializationException>(() => _messages.FromBinary(bytes, typeof(Persistent)));
        Assert.Equal("still", RoundTrip(Event(1, "still", null)).Payload);
    }

    private static byte[] Wrap(byte[] message)
    {
        ProtoWriter payload = new();
        payload.Number(1, 7);
        payload.Bytes(2, message);
        payload.Text(3, "Akka.Persistence.Persistent, Akka.Persistence");
        ProtoWriter outer = new();
        outer.Bytes(1, payload.ToArray());
        outer.Number(2, 1);
        return outer.ToArray();
    }

    private static Persistent Event(long number, object payload, IActorRef sender) =>
        new(payload, number, "p", "manifest", isDeleted: false, sender, "writer", timestamp: -5);

    private IPersistentRepresentation RoundTrip(Persistent persistent) => (IPersistentRepresentation)_messages.FromBinary(_messages.ToBinary(persistent), typeof(Persistent));

    private static void Read(Serializer serializer, byte[] bytes, Type type, int round)
    {
        try
        {
            serializer.FromBinary(bytes, type);
        }
        catch (SerializationException)
        {
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"round {round}, {type.Name}, {Convert.ToHexString(bytes)}: {e}", e);
        }
    }
}

using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using Xunit;

namespace Akka.Contract.Tests.Serialization;

public class SerializationTests : PatientTestKit
{
    private const string Settings = """
        akka.actor {
          serializers {
            store = "Akka.Contract.Tests.Serialization.StoreSerializer, Akka.Contract.Tests"
            base = "Akka.Contract.Tests.Serialization.BaseSerializer, Akka.Contract.Tests"
            configured = "Akka.Contract.Tests.Serialization.ConfiguredSerializer, Akka.Contract.Tests"
            missing = "No.Such.Serializer, Nowhere"
          }
          serialization-bindings {
            "Akka.Contract.Tests.Serialization.IStoreMessage, Akka.Contract.Tests" = store
            "Akka.Contract.Tests.Serialization.Base, Akka.Contract.Tests" = base
            "Akka.Contract.Tests.Serialization.Configured, Akka.Contract.Tests" = configured
            "No.Such.Message, Nowhere" = store
          }
          serialization-identifiers {
            "Akka.Contract.Tests.Serialization.StoreSerializer, Akka.Contract.Tests" = 1001
          }
          serialization-settings.configured.setting = 7
        }
        """;

    public SerializationTests() : base(Settings)
    {
    }

    [Fact]
    public void A_bound_interface_serves_its_implementations_with_the_configured_identifier()
    {
        var serializer = Sys.Serialization.FindSerializerFor(new Put("k"));
        Assert.IsType<StoreSerializer>(serializer);
        Assert.Equal(1001, serializer.Identifier);
        Assert.Same(serializer, Sys.Serialization.FindSerializerForType(typeof(WithRef)));
    }

    [Fact]
    public void A_message_comes_back_by_identifier_and_manifest()
    {
        var message = new Put("key");
        var serializer = Sys.Serialization.FindSerializerFor(message);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);

        Assert.Equal("P", manifest);
        Assert.Equal(message, Sys.Serialization.Deserialize(Sys.Serialization.Serialize(message), serializer.Identifier, manifest));
    }

    [Fact]
    public void A_derived_type_is_served_by_the_binding_of_its_base_and_keeps_its_type()
    {
        var message = new Derived("text");
        var serializer = Sys.Serialization.FindSerializerFor(message);
        Assert.IsType<BaseSerializer>(serializer);

        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
        Assert.Contains("Derived", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("Version", manifest, StringComparison.Ordinal);
        Assert.Equal(message, Sys.Serialization.Deserialize(serializer.ToBinary(message), 1002, manifest));
        Assert.Equal(message, Sys.Serialization.Deserialize(serializer.ToBinary(message), 1002, typeof(Derived)));
    }

    [Fact]
    public void A_serializer_with_settings_is_made_with_them()
    {
        Assert.Equal(7, Assert.IsType<ConfiguredSerializer>(Sys.Serialization.FindSerializerFor(new Configured())).Setting);
    }

    [Fact]
    public void An_unknown_identifier_or_manifest_is_a_serialization_exception()
    {
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([], 9999, "P"));
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([], 1001, "unknown"));
        Assert.ThrowsAny<Exception>(() => Sys.Serialization.Deserialize([], 1002, "No.Such.Type, Nowhere"));
    }

    [Fact]
    public void Bytes_and_null_have_their_own_serializers()
    {
        var bytes = new byte[] { 1, 2, 3 };
        var serializer = Sys.Serialization.FindSerializerFor(bytes);
        Assert.Equal(4, serializer.Identifier);
        Assert.Equal(bytes, serializer.ToBinary(bytes));
        Assert.Equal(0, Sys.Serialization.FindSerializerFor(null).Identifier);
    }

    [Fact]
    public void A_message_that_nobody_bound_gets_the_default()
    {
        var message = new Unbound("text", 5);
        var serializer = Sys.Serialization.FindSerializerFor(message);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
        Assert.Equal(message, Sys.Serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, manifest));
    }

    [Fact]
    public void A_serializer_without_an_identifier_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new NamelessSerializer((ExtendedActorSystem)Sys).Identifier);
    }

    [Fact]
    public void A_local_reference_finds_its_actor_again_and_no_sender_stays_none()
    {
        var message = new WithRef(TestActor);
        var bytes = Sys.Serialization.Serialize(message);
        Assert.Equal(message, Sys.Serialization.Deserialize(bytes, 1001, "R"));

        Assert.Equal(string.Empty, Akka.Serialization.Serialization.SerializedActorPath(ActorRefs.NoSender));
        Assert.Null(Sys.Serialization.DeserializeActorRef(string.Empty));
        Assert.Contains("#" + TestActor.Path.Uid, Akka.Serialization.Serialization.SerializedActorPath(TestActor), StringComparison.Ordinal);
    }

    [Fact]
    public void Transport_information_is_there_only_inside_of_its_scope()
    {
        Assert.Throws<InvalidOperationException>(() => Akka.Serialization.Serialization.GetCurrentTransportInformation());
        var information = Akka.Serialization.Serialization.WithTransport(
            (ExtendedActorSystem)Sys, () => Akka.Serialization.Serialization.GetCurrentTransportInformation());
        Assert.Same(Sys, information.System);
        Assert.Throws<InvalidOperationException>(() => Akka.Serialization.Serialization.GetCurrentTransportInformation());
    }

    [Fact]
    public void Two_systems_on_one_thread_do_not_mix_up_their_references()
    {
        using var other = ActorSystem.Create("other", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF\nakka.loglevel = OFF"));
        var foreign = other.ActorOf(Props.Create(() => new Silent()), "foreign");

        var paths = Akka.Serialization.Serialization.WithTransport((ExtendedActorSystem)Sys, () =>
            (Mine: Akka.Serialization.Serialization.SerializedActorPath(TestActor), Foreign: Akka.Serialization.Serialization.SerializedActorPath(foreign)));

        Assert.StartsWith("akka://test/", paths.Mine, StringComparison.Ordinal);
        Assert.StartsWith("akka://other/user/foreign#", paths.Foreign, StringComparison.Ordinal);
    }

    [Fact]
    public void Serializers_given_by_code_are_used()
    {
        var setup = SerializationSetup.Create(system =>
            ImmutableHashSet.Create(SerializerDetails.Create("code", new BaseSerializer(system), ImmutableHashSet.Create(typeof(Derived)))));
        using var other = ActorSystem.Create("other", ActorSystemSetup.Create(setup));

        Assert.IsType<BaseSerializer>(other.Serialization.FindSerializerFor(new Derived("x")));
    }

    public sealed record Unbound(string Text, int Number);

    private sealed class NamelessSerializer(ExtendedActorSystem system) : Serializer(system)
    {
        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => [];

        public override object FromBinary(byte[] bytes, Type type) => new();
    }

    private sealed class Silent : ReceiveActor;
}

public class MessageSerializationCheckTests : PatientTestKit
{
    public MessageSerializationCheckTests() : base("akka.actor.serialize-messages = on")
    {
    }

    [Fact]
    public void Checked_messages_arrive_as_copies()
    {
        var message = new SerializationTests.Unbound("text", 1);
        TestActor.Tell(message);
        var copy = ExpectMsg<SerializationTests.Unbound>();
        Assert.Equal(message, copy);
        Assert.NotSame(message, copy);
    }

    [Fact]
    public void What_needs_no_check_arrives_as_it_is()
    {
        var message = new Unchecked(() => 1);
        TestActor.Tell(message);
        Assert.Same(message, ExpectMsg<Unchecked>());
    }

    private sealed record Unchecked(Func<int> Function) : INoSerializationVerificationNeeded;
}

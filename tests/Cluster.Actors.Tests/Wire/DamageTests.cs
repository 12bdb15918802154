using System.Runtime.Serialization;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Tests.Peers;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;
using Xunit;

namespace Cluster.Actors.Tests.Wire;

public sealed class DamageTests(ControlFixture fixture) : IClassFixture<ControlFixture>
{
    [Fact]
    public void Of_control_messages_costs_a_typed_error()
    {
        var manifests = ControlSamples.All.Select(fixture.Serializer.Manifest).ToArray();
        Damage.Inflict(
            [.. ControlSamples.All.Select(fixture.Serializer.ToBinary)],
            (sample, bytes) => fixture.Serializer.FromBinary(bytes, manifests[sample]),
            e => e is SerializationException or ArgumentException,
            bytesPerByte: null);
    }

    [Fact]
    public void Of_the_items_of_a_frame_costs_a_typed_error_and_no_memory()
    {
        var samples = PeerItemTests.Samples(new Random(1)).Select(PeerItemTests.Encode).ToArray();
        Damage.Inflict(
            [.. samples.Select(sample => sample.Bytes)],
            (sample, bytes) => PeerItem.Read(samples[sample].Kind, bytes).Release(),
            e => e is WireFormatException,
            bytesPerByte: 64);
    }

    [Fact]
    public void Of_a_frames_header_costs_a_typed_error_and_no_memory()
    {
        var header = new byte[PeerFrame.HeaderBytes + (3 * PeerFrame.ItemHeaderBytes)];
        new PeerFrameHeader(1, 2, 3, 4, 5, 6, 3).WriteTo(header);
        Damage.Inflict([header], (_, bytes) => Header(bytes), e => e is WireFormatException, bytesPerByte: 0);
    }

    [Fact]
    public void Of_a_stored_topology_costs_a_typed_error_and_no_memory() => Damage.Inflict(
        [ControlSamples.Content.Encode()], (_, bytes) => TopologyContent.Decode(bytes), e => e is WireFormatException, bytesPerByte: 64);

    [Fact]
    public void Of_a_stored_bootstrap_state_costs_a_typed_error_and_no_memory() => Damage.Inflict(
        [new BootstrapState(ControlSamples.Proposal, [Guid.NewGuid()], ControlSamples.Content).Encode(), BootstrapState.Empty.Encode()],
        (_, bytes) => BootstrapState.Decode(bytes),
        e => e is WireFormatException,
        bytesPerByte: 64);

    private static void Header(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        PeerFrameHeader.Read(ref reader);
    }
}

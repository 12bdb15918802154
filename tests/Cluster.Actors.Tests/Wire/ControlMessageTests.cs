using Akka.Actor;
using Cluster.Actors.Membership;
using Cluster.Actors.Wire;
using Xunit;

namespace Cluster.Actors.Tests.Wire;

public sealed class ControlMessageTests(ControlFixture fixture) : IClassFixture<ControlFixture>
{
    [Fact]
    public void Every_control_message_has_a_sample_here() =>
        Assert.Equal(ControlMessages.Types.Select(t => t.Name).Order(), ControlSamples.All.Select(s => s.GetType().Name).Order());

    [Fact]
    public void Every_message_of_the_product_that_is_marked_as_one_is_in_the_table() =>
        Assert.Empty(typeof(IControlMessage).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IControlMessage))).Except(ControlMessages.Types));

    [Fact]
    public void Every_field_survives_the_wire()
    {
        foreach (var sample in ControlSamples.All)
        {
            var bytes = fixture.Serializer.ToBinary(sample);
            var back = fixture.Serializer.FromBinary(bytes, fixture.Serializer.Manifest(sample));
            Assert.Equal(sample.GetType(), back.GetType());
            Assert.Equal(bytes, fixture.Serializer.ToBinary(back));
        }
    }

    [Fact]
    public void A_message_of_plain_fields_comes_back_equal()
    {
        foreach (var sample in ControlSamples.All.Where(s => s is not (ContactInfo or Propose or ProposalConflict or TopologyCommitted)))
            Assert.Equal(sample, fixture.Serializer.FromBinary(fixture.Serializer.ToBinary(sample), fixture.Serializer.Manifest(sample)));
    }

    [Fact]
    public void What_is_no_control_message_of_this_version_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => fixture.Serializer.Manifest("text"));
        Assert.Throws<ArgumentException>(() => fixture.Serializer.ToBinary("text"));
        Assert.Throws<ArgumentException>(() => fixture.Serializer.ToBinary(new Later()));
    }

    [Fact]
    public void A_name_that_is_not_in_the_table_is_refused_before_anything_is_read()
    {
        Assert.Throws<WireFormatException>(() => fixture.Serializer.FromBinary([], "no-such-message"));
    }

    private sealed record Later : IControlMessage;
}

using System.Runtime.Serialization;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Wire;
using Xunit;

namespace Cluster.Actors.Tests.Wire;

/// <summary>Nodes of two versions in one cluster: fields are found by name.</summary>
public sealed class ControlVersionTests(ControlFixture fixture) : IClassFixture<ControlFixture>
{
    [Fact]
    public void A_field_that_a_newer_node_has_added_is_left_out()
    {
        var node = Guid.NewGuid();
        var message = Read("hello-accepted", (nameof(HelloAccepted.Attempt), 3L), ("Added", new object[] { "new", 1L }), (nameof(HelloAccepted.FromNode), node), (nameof(HelloAccepted.ProcessId), 2L));

        Assert.Equal(new HelloAccepted(node, 2, 3), message);
    }

    [Fact]
    public void A_field_that_an_older_node_does_not_know_has_its_default()
    {
        var read = RecordShape.Of(typeof(Grown)).Read(new ControlFields([nameof(Grown.Name)], ["old"]));

        Assert.Equal(new Grown("old", 7, null), read);
    }

    [Fact]
    public void A_field_without_a_default_is_not_made_up()
    {
        Assert.Throws<SerializationException>(() => Read("grant-request", (nameof(GrantRequest.Candidate), Guid.NewGuid())));
    }

    [Fact]
    public void A_field_of_another_type_or_range_is_refused()
    {
        Assert.Throws<SerializationException>(() => Read("grant-request", (nameof(GrantRequest.Candidate), "text"), (nameof(GrantRequest.ProcessId), 1L)));
        Assert.Throws<SerializationException>(() => RecordShape.Of(typeof(Grown)).Read(new ControlFields([nameof(Grown.Name), nameof(Grown.Count)], ["x", long.MaxValue])));
        Assert.Throws<SerializationException>(() => Read("announce-refused", (nameof(AnnounceRefused.Text), 1L)));
    }

    [Fact]
    public void Nothing_is_null_that_must_not_be()
    {
        Assert.Throws<SerializationException>(() => Read("announce-refused", (nameof(AnnounceRefused.Text), null)));
        Assert.Throws<SerializationException>(() => Read("announce", (nameof(Announce.Node), null), (nameof(Announce.ClusterId), Guid.Empty), (nameof(Announce.Forwarded), true)));
        Assert.Throws<SerializationException>(() => Read("topology-committed", (nameof(TopologyCommitted.Content), new ControlFields(null!, null!))));
    }

    /// <summary>The reader decides what a reason means that it has no name for.</summary>
    [Fact]
    public void A_number_of_an_enum_that_a_newer_node_has_added_passes()
    {
        var refused = Read("hello-refused", (nameof(HelloRefused.Reason), 200L), (nameof(HelloRefused.Text), "later"), (nameof(HelloRefused.Attempt), 1L));

        Assert.Equal((HelloRefusal)200, Assert.IsType<HelloRefused>(refused).Reason);
    }

    private object Read(string manifest, params (string Name, object? Value)[] fields) => fixture.Serializer.FromBinary(
        fixture.Unfiltered.ToBinary(new ControlFields([.. fields.Select(f => f.Name)], [.. fields.Select(f => f.Value)])), manifest);

    internal sealed record Grown(string Name, int Count = 7, string? Remark = null);
}

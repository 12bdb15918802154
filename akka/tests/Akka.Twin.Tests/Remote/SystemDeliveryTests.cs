using System.Linq;
using Akka.Remote.Associations;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class SystemDeliveryTests
{
    [Fact]
    public void What_was_not_acknowledged_is_kept_in_order_and_the_numbers_go_on()
    {
        SystemOutbox outbox = new(capacity: 10);
        for (int i = 1; i <= 4; i++) Assert.Equal(i, outbox.Add(default));
        Assert.True(outbox.Acknowledge(2));
        Assert.True(outbox.Acknowledge(1));
        Assert.Equal([3L, 4L], outbox.Unacknowledged.Select(static m => m.Number));
        Assert.Equal(5, outbox.Add(default));
    }

    [Fact]
    public void A_full_outbox_takes_no_more_and_a_wrong_acknowledgement_is_found_out()
    {
        SystemOutbox outbox = new(capacity: 2);
        outbox.Add(default);
        outbox.Add(default);
        Assert.Equal(0, outbox.Add(default));
        Assert.False(outbox.Acknowledge(3));
    }

    [Fact]
    public void Another_incarnation_is_numbered_from_one()
    {
        SystemOutbox outbox = new(capacity: 2);
        outbox.Add(default);
        outbox.Reset();
        Assert.Equal(1, outbox.Add(default));
    }

    [Fact]
    public void A_resent_message_is_delivered_once_and_a_missing_one_is_noticed()
    {
        SystemInbox inbox = new();
        Assert.Equal(SystemArrival.Deliver, inbox.Accept(1));
        Assert.Equal(SystemArrival.Deliver, inbox.Accept(2));
        Assert.Equal(SystemArrival.Duplicate, inbox.Accept(1));
        Assert.Equal(SystemArrival.Duplicate, inbox.Accept(2));
        Assert.Equal(SystemArrival.Gap, inbox.Accept(4));
        Assert.Equal(SystemArrival.Deliver, inbox.Accept(3));
        Assert.Equal(3, inbox.DeliveredThrough);
    }
}

using Akka.Actor;
using Akka.TestKit.TestActors;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Kit;

public class ImplicitSenderTests : PatientTestKit
{
    [Fact]
    public void Tell_on_the_test_thread_sends_as_the_test_actor()
    {
        Sys.ActorOf(SimpleEchoActor.Props()).Tell("echo");
        ExpectMsg("echo");
    }

    [Fact]
    public async Task The_implicit_sender_survives_awaits()
    {
        var echo = Sys.ActorOf(SimpleEchoActor.Props());
        await Task.Yield();
        echo.Tell("echo");
        await ExpectMsgAsync("echo");
        echo.Tell("again");
        await ExpectMsgAsync("again");
    }

    [Fact]
    public void Making_probes_does_not_change_the_implicit_sender()
    {
        var probe = CreateTestProbe();
        Sys.ActorOf(SimpleEchoActor.Props()).Tell("echo");
        ExpectMsg("echo");
        probe.ExpectNoMsg(20);
    }
}

public class NoImplicitSenderTests : PatientTestKit, INoImplicitSender
{
    [Fact]
    public void A_class_without_implicit_sender_sends_without_a_sender()
    {
        TestActor.Tell("anonymous");
        ExpectMsg<string>((_, sender) => Assert.True(sender.IsNobody()));
    }
}

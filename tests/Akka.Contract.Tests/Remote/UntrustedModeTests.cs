using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Remote;

public class UntrustedModeTests : RemotePair
{
    private const string Untrusting = "akka.remote { untrusted-mode = on, trusted-selection-paths = [\"/user/open\"] }";

    [Fact]
    public void Selections_reach_the_listed_paths_only()
    {
        var far = StartOther("far", Untrusting);
        far.ActorOf(Props.Create<Echo>(), "closed");
        far.ActorOf(Props.Create<Echo>(), "open");
        Sys.ActorSelection(AddressOf(far) + "/user/closed").Tell("hidden", TestActor);
        Sys.ActorSelection(AddressOf(far) + "/user/open").Tell("listed", TestActor);
        ExpectMsg("listed", Limit);
        ExpectNoMsg(100);
    }

    [Fact]
    public void What_could_harm_is_not_taken_and_what_is_meant_for_an_actor_is()
    {
        var far = StartOther("far", Untrusting);
        var open = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(
            far.ActorOf(Props.Create<Echo>(), "open").Path.ToSerializationFormatWithAddress(AddressOf(far)));
        open.Tell(PoisonPill.Instance, TestActor);
        Sys.Stop(open);
        Sys.ActorSelection(AddressOf(far) + "/user/open").Tell(PoisonPill.Instance, TestActor);
        open.Tell("still there", TestActor);
        ExpectMsg("still there", Limit);
        // One that is watched from here is let go as ever: that is no harm.
        Watch(open);
        open.Tell(Kill.Instance, TestActor);
        ExpectTerminated(open, Limit);
    }
}

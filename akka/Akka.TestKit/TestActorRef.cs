using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A reference to an actor that handles its messages on the sending thread and shows its instance.</summary>
public class TestActorRef<TActor> : TestActorRefBase<TActor> where TActor : ActorBase
{
    public TestActorRef(ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
        : base(system, actorProps, supervisor, name)
    {
    }

    public static bool operator ==(TestActorRef<TActor> testActorRef, IActorRef actorRef) => Same(testActorRef, actorRef);

    public static bool operator !=(TestActorRef<TActor> testActorRef, IActorRef actorRef) => !Same(testActorRef, actorRef);

    public static bool operator ==(IActorRef actorRef, TestActorRef<TActor> testActorRef) => Same(testActorRef, actorRef);

    public static bool operator !=(IActorRef actorRef, TestActorRef<TActor> testActorRef) => !Same(testActorRef, actorRef);

    public override bool Equals(object obj) => base.Equals(obj);

    public override int GetHashCode() => base.GetHashCode();
}

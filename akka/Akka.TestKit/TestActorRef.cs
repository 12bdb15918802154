using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A reference to an actor that handles its messages on the sending thread and shows its instance.</summary>
public class TestActorRef<TActor> : TestActorRefBase<TActor> where TActor : ActorBase
{
    /// <summary>Makes the actor, as a child of the user guardian unless a supervisor is given; it has started on return.</summary>
    public TestActorRef(ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
        : base(system, actorProps, supervisor, name)
    {
    }

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(TestActorRef<TActor> testActorRef, IActorRef actorRef) => Same(testActorRef, actorRef);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(TestActorRef<TActor> testActorRef, IActorRef actorRef) => !Same(testActorRef, actorRef);

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(IActorRef actorRef, TestActorRef<TActor> testActorRef) => Same(testActorRef, actorRef);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(IActorRef actorRef, TestActorRef<TActor> testActorRef) => !Same(testActorRef, actorRef);

    /// <inheritdoc/>
    public override bool Equals(object obj) => base.Equals(obj);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

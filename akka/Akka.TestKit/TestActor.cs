using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What the actor behind a test kit or probe can be told.</summary>
public static class TestActor
{
    public delegate bool Ignore(object message);

    public static AutoPilot NoAutoPilot => AutoPilot.NoAutoPilot;

    public static AutoPilot KeepRunning => AutoPilot.KeepRunning;

    public static NullMessageEnvelope NullMessage => NullMessageEnvelope.Instance;

    public class SetIgnore : INoSerializationVerificationNeeded
    {
        public SetIgnore(Ignore ignore)
        {
            Ignore = ignore;
        }

        public Ignore Ignore { get; }
    }

    public class SetAutoPilot : INoSerializationVerificationNeeded
    {
        public SetAutoPilot(AutoPilot autoPilot)
        {
            AutoPilot = autoPilot;
        }

        public AutoPilot AutoPilot { get; }
    }

    public class Watch : INoSerializationVerificationNeeded
    {
        public Watch(IActorRef actorToWatch)
        {
            Actor = actorToWatch;
        }

        public IActorRef Actor { get; }

        /// <summary>Completes once the actor watches.</summary>
        internal TaskCompletionSource<IActorRef> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public class Unwatch : INoSerializationVerificationNeeded
    {
        public Unwatch(IActorRef actorToUnwatch)
        {
            Actor = actorToUnwatch;
        }

        public IActorRef Actor { get; }

        /// <summary>Completes once the actor has stopped watching.</summary>
        internal TaskCompletionSource<IActorRef> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What the actor behind a test kit or probe can be told.</summary>
public static class TestActor
{
    /// <summary>True for messages that are dropped when they come.</summary>
    public delegate bool Ignore(object message);

    /// <summary>A sign of its own type.</summary>
    public static AutoPilot NoAutoPilot => AutoPilot.NoAutoPilot;

    /// <summary>A sign of its own type.</summary>
    public static AutoPilot KeepRunning => AutoPilot.KeepRunning;

    /// <summary>A sign of its own type.</summary>
    public static NullMessageEnvelope NullMessage => NullMessageEnvelope.Instance;

    /// <summary>What the test actor drops from now on; null for nothing.</summary>
    public class SetIgnore : INoSerializationVerificationNeeded
    {
        /// <summary>What the test actor drops from now on; null for nothing.</summary>
        public SetIgnore(Ignore ignore)
        {
            Ignore = ignore;
        }

        /// <summary>What the test actor drops from now on; null for nothing.</summary>
        public Ignore Ignore { get; }
    }

    /// <summary>Who answers for the test actor from now on.</summary>
    public class SetAutoPilot : INoSerializationVerificationNeeded
    {
        /// <summary>Who answers for the test actor from now on.</summary>
        public SetAutoPilot(AutoPilot autoPilot)
        {
            AutoPilot = autoPilot;
        }

        /// <summary>Who answers for the test actor from now on.</summary>
        public AutoPilot AutoPilot { get; }
    }

    /// <summary>Makes the test actor watch this one.</summary>
    public class Watch : INoSerializationVerificationNeeded
    {
        /// <summary>Makes the test actor watch this one.</summary>
        public Watch(IActorRef actorToWatch)
        {
            Actor = actorToWatch;
        }

        /// <summary>Makes the test actor watch this one.</summary>
        public IActorRef Actor { get; }

        /// <summary>Completes once the actor watches.</summary>
        internal TaskCompletionSource<IActorRef> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Makes the test actor stop watching this one.</summary>
    public class Unwatch : INoSerializationVerificationNeeded
    {
        /// <summary>Makes the test actor stop watching this one.</summary>
        public Unwatch(IActorRef actorToUnwatch)
        {
            Actor = actorToUnwatch;
        }

        /// <summary>Makes the test actor stop watching this one.</summary>
        public IActorRef Actor { get; }

        /// <summary>Completes once the actor has stopped watching.</summary>
        internal TaskCompletionSource<IActorRef> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

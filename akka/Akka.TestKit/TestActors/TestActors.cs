using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Sends everything back: to the sender, and to the test actor.</summary>
public class EchoActor : ReceiveActor
{
    /// <summary>Sends back to the kit's test actor and, if wanted, to the sender.</summary>
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true)
    {
        ReceiveAny(message =>
        {
            var sender = Sender;
            if (echoBackToSenderAsWell && !sender.Equals(testkit.TestActor))
            {
                sender.Tell(message, Self);
            }

            testkit.TestActor.Tell(message, sender);
        });
    }

    /// <summary>How to make one.</summary>
    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}

/// <summary>Sends everything back to the sender.</summary>
public class SimpleEchoActor : ReceiveActor
{
    /// <summary>Sends back to the sender.</summary>
    public SimpleEchoActor()
    {
        ReceiveAny(message => Sender.Tell(message, Self));
    }

    /// <summary>How to make one.</summary>
    public static Props Props() => Actor.Props.Create(() => new SimpleEchoActor());
}

/// <summary>Forwards everything.</summary>
public class ForwardActor : ReceiveActor
{
    /// <summary>Sends on to the given actor.</summary>
    public ForwardActor(IActorRef target)
    {
        ReceiveAny(message => target.Forward(message));
    }

    /// <summary>How to make one.</summary>
    public static Props Props(IActorRef target) => Actor.Props.Create(() => new ForwardActor(target));
}

/// <summary>Takes everything and does nothing.</summary>
public class BlackHoleActor : ActorBase
{
    /// <summary>How to make one.</summary>
    public static Props Props { get; } = Actor.Props.Create<BlackHoleActor>();

    /// <inheritdoc/>
    protected override bool Receive(object message) => true;
}

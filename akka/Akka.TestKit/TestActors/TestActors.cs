using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Sends everything back: to the sender, and to the test actor.</summary>
public class EchoActor : ReceiveActor
{
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

    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}

/// <summary>Sends everything back to the sender.</summary>
public class SimpleEchoActor : ReceiveActor
{
    public SimpleEchoActor()
    {
        ReceiveAny(message => Sender.Tell(message, Self));
    }

    public static Props Props() => Actor.Props.Create(() => new SimpleEchoActor());
}

/// <summary>Forwards everything.</summary>
public class ForwardActor : ReceiveActor
{
    public ForwardActor(IActorRef target)
    {
        ReceiveAny(message => target.Forward(message));
    }

    public static Props Props(IActorRef target) => Actor.Props.Create(() => new ForwardActor(target));
}

/// <summary>Takes everything and does nothing.</summary>
public class BlackHoleActor : ActorBase
{
    public static Props Props { get; } = Actor.Props.Create<BlackHoleActor>();

    protected override bool Receive(object message) => true;
}

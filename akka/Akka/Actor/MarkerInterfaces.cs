namespace Akka.Actor;

/// <summary>Handled by the cell itself, never seen by the actor's behaviour (Terminated excepted).</summary>
public interface IAutoReceivedMessage
{
}

/// <summary>Not accepted from other systems when remoting runs in untrusted mode.</summary>
public interface IPossiblyHarmful
{
}

/// <summary>Stays within this process: exempt from the check serialize-messages.</summary>
public interface INoSerializationVerificationNeeded
{
}

/// <summary>Does not count as activity for the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout
{
}

/// <summary>A message around another one; logs and dead letters show the inner one.</summary>
public interface IWrappedMessage
{
    /// <summary>What was sent.</summary>
    object Message { get; }
}

/// <summary>Help with messages around messages.</summary>
public static class WrappedMessage
{
    /// <summary>The innermost message.</summary>
    public static object Unwrap(object message)
    {
        while (message is IWrappedMessage wrapped) message = wrapped.Message;
        return message;
    }
}

/// <summary>The actor's received messages are logged when akka.actor.debug.receive is on.</summary>
public interface ILogReceive
{
}

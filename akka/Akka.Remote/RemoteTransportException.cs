using System;
using Akka.Actor;

namespace Akka.Remote;

/// <summary>Remoting cannot do what it was asked to.</summary>
public class RemoteTransportException : AkkaException
{
    /// <summary>Says why.</summary>
    public RemoteTransportException(string message, Exception cause = null) : base(message, cause)
    {
    }
}

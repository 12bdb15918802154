using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>What remoting publishes on the event stream about itself and its connections.</summary>
public abstract class RemotingLifecycleEvent
{
    public abstract LogLevel LogLevel();
}

public sealed class RemotingListenEvent : RemotingLifecycleEvent
{
    public RemotingListenEvent(IList<Address> listenAddresses)
    {
        ListenAddresses = listenAddresses;
    }

    public IList<Address> ListenAddresses { get; private set; }

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    public override string ToString() => "Remoting now listens on addresses: [" + string.Join(",", ListenAddresses) + "]";
}

public sealed class RemotingShutdownEvent : RemotingLifecycleEvent
{
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    public override string ToString() => "Remoting shut down";
}

public sealed class RemotingErrorEvent : RemotingLifecycleEvent
{
    public RemotingErrorEvent(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; private set; }

    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;

    public override string ToString() => "Remoting error: [" + Cause + "]";
}

/// <summary>That incarnation of a system is not talked to any more.</summary>
public sealed class QuarantinedEvent : RemotingLifecycleEvent
{
    public QuarantinedEvent(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    public Address Address { get; private set; }

    public int Uid { get; private set; }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    public override string ToString() => "Association to [" + Address + "] having UID [" + Uid
        + "] is irrecoverably failed. UID is now quarantined and all messages to this UID will be delivered to dead letters. "
        + "Remote actor system must be restarted to recover from this situation.";
}

/// <summary>The other system has quarantined this one: only a new actor system will be talked to again.</summary>
public sealed class ThisActorSystemQuarantinedEvent : RemotingLifecycleEvent
{
    public ThisActorSystemQuarantinedEvent(Address localAddress, Address remoteAddress)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
    }

    public Address LocalAddress { get; private set; }

    public Address RemoteAddress { get; private set; }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    public override string ToString() => "The remote system " + RemoteAddress + " has quarantined this system " + LocalAddress;
}

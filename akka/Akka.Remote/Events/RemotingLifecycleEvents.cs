using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>What remoting publishes on the event stream about itself and its connections.</summary>
public abstract class RemotingLifecycleEvent
{
    /// <summary>At which level it is logged.</summary>
    public abstract LogLevel LogLevel();
}

/// <summary>The port is open.</summary>
public sealed class RemotingListenEvent : RemotingLifecycleEvent
{
    /// <summary>Under these addresses.</summary>
    public RemotingListenEvent(IList<Address> listenAddresses)
    {
        ListenAddresses = listenAddresses;
    }

    /// <summary>Under which this system is reached.</summary>
    public IList<Address> ListenAddresses { get; private set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    /// <inheritdoc />
    public override string ToString() => "Remoting now listens on addresses: [" + string.Join(",", ListenAddresses) + "]";
}

/// <summary>Remoting has ended.</summary>
public sealed class RemotingShutdownEvent : RemotingLifecycleEvent
{
    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    /// <inheritdoc />
    public override string ToString() => "Remoting shut down";
}

/// <summary>Remoting as a whole has failed.</summary>
public sealed class RemotingErrorEvent : RemotingLifecycleEvent
{
    /// <summary>For that reason.</summary>
    public RemotingErrorEvent(Exception cause)
    {
        Cause = cause;
    }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; private set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;

    /// <inheritdoc />
    public override string ToString() => "Remoting error: [" + Cause + "]";
}

/// <summary>That incarnation of a system is not talked to any more.</summary>
public sealed class QuarantinedEvent : RemotingLifecycleEvent
{
    /// <summary>That incarnation at that address.</summary>
    public QuarantinedEvent(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    /// <summary>Of the peer.</summary>
    public Address Address { get; private set; }

    /// <summary>Number of its incarnation.</summary>
    public int Uid { get; private set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    /// <inheritdoc />
    public override string ToString() => "Association to [" + Address + "] having UID [" + Uid
        + "] is irrecoverably failed. UID is now quarantined and all messages to this UID will be delivered to dead letters. "
        + "Remote actor system must be restarted to recover from this situation.";
}

/// <summary>The other system has quarantined this one: only a new actor system will be talked to again.</summary>
public sealed class ThisActorSystemQuarantinedEvent : RemotingLifecycleEvent
{
    /// <summary>This system, by that peer.</summary>
    public ThisActorSystemQuarantinedEvent(Address localAddress, Address remoteAddress)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
    }

    /// <summary>Of this system.</summary>
    public Address LocalAddress { get; private set; }

    /// <summary>Of the peer that wants no more of it.</summary>
    public Address RemoteAddress { get; private set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    /// <inheritdoc />
    public override string ToString() => "The remote system " + RemoteAddress + " has quarantined this system " + LocalAddress;
}

using System;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>About one connection.</summary>
public abstract class AssociationEvent : RemotingLifecycleEvent
{
    /// <summary>First word of the text.</summary>
    protected string EventName;

    /// <summary>Of this system.</summary>
    public abstract Address LocalAddress { get; protected set; }

    /// <summary>Of the peer.</summary>
    public abstract Address RemoteAddress { get; protected set; }

    /// <summary>The peer opened the connection.</summary>
    public abstract bool IsInbound { get; protected set; }

    /// <inheritdoc />
    public override string ToString() => EventName + " [" + LocalAddress + "]" + (IsInbound ? " <- " : " -> ") + "[" + RemoteAddress + "]";
}

/// <summary>A connection with a peer is there.</summary>
public sealed class AssociatedEvent : AssociationEvent
{
    /// <summary>Between the two addresses; inbound: the peer connected.</summary>
    public AssociatedEvent(Address localAddress, Address remoteAddress, bool inbound)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = inbound;
        EventName = "Associated";
    }

    /// <inheritdoc />
    public override Address LocalAddress { get; protected set; }

    /// <inheritdoc />
    public override Address RemoteAddress { get; protected set; }

    /// <inheritdoc />
    public override bool IsInbound { get; protected set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>A connection with a peer has ended.</summary>
public sealed class DisassociatedEvent : AssociationEvent
{
    /// <summary>Between the two addresses; inbound: the peer had connected.</summary>
    public DisassociatedEvent(Address localAddress, Address remoteAddress, bool inbound)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = inbound;
        EventName = "Disassociated";
    }

    /// <inheritdoc />
    public override Address LocalAddress { get; protected set; }

    /// <inheritdoc />
    public override Address RemoteAddress { get; protected set; }

    /// <inheritdoc />
    public override bool IsInbound { get; protected set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>A connection could not be made, or broke.</summary>
public sealed class AssociationErrorEvent : AssociationEvent
{
    private readonly LogLevel _level;

    /// <summary>With its cause, and the level at which it is logged.</summary>
    public AssociationErrorEvent(Exception cause, Address localAddress, Address remoteAddress, bool inbound, LogLevel level)
    {
        Cause = cause;
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = inbound;
        EventName = "AssociationError";
        _level = level;
    }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; private set; }

    /// <inheritdoc />
    public override Address LocalAddress { get; protected set; }

    /// <inheritdoc />
    public override Address RemoteAddress { get; protected set; }

    /// <inheritdoc />
    public override bool IsInbound { get; protected set; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => _level;

    /// <inheritdoc />
    public override string ToString() => base.ToString() + ": Error [" + Cause.Message + "]";
}

using System;
using System.Threading.Tasks;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>What happens to an association from outside. Handled in its own turn, in the order of arrival.</summary>
internal abstract record AssociationInput
{
    public sealed record Connected(OutboundLink Link) : AssociationInput;

    public sealed record ConnectFailed(Exception Cause) : AssociationInput;

    public sealed record Welcomed(OutboundLink Link, Welcome Welcome) : AssociationInput;

    public sealed record Refused(OutboundLink Link, RefusalReason Reason, string Text) : AssociationInput;

    /// <summary>Cause null: in good order.</summary>
    public sealed record LinkClosed(OutboundLink Link, Exception Cause) : AssociationInput;

    /// <summary>The peer has connected to this system.</summary>
    public sealed record PeerArrived(int Uid) : AssociationInput;

    /// <summary>Uid null: whichever incarnation it is, its address is gated.</summary>
    public sealed record Quarantine(int? Uid, string Reason) : AssociationInput;

    public sealed record GateOpens(long Generation) : AssociationInput;

    /// <summary>Somebody has reason to believe that the peer is there now.</summary>
    public sealed record TryNow : AssociationInput
    {
        public static readonly TryNow Instance = new();
    }

    /// <summary>Be forgotten, if there is nothing to remember.</summary>
    public sealed record Retire(long IdleMs) : AssociationInput;

    /// <summary>System messages may have to be sent again.</summary>
    public sealed record ResendTick : AssociationInput
    {
        public static readonly ResendTick Instance = new();
    }

    /// <summary>About once a second.</summary>
    public sealed record Housekeeping(long NowMs) : AssociationInput;

    /// <summary>The time for that is over.</summary>
    public sealed record Abort : AssociationInput
    {
        public static readonly Abort Instance = new();
    }

    /// <summary>Send what is queued, say goodbye, complete the task when the peer has it all.</summary>
    public sealed record Shutdown(TaskCompletionSource Done) : AssociationInput;
}

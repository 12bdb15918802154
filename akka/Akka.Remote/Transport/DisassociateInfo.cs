namespace Akka.Remote.Transport;

/// <summary>Why a connection was ended.</summary>
public enum DisassociateInfo
{
    Unknown = 0,
    Shutdown = 1,
    Quarantined = 2,
}

/// <summary>A connection was refused, or could not be made.</summary>
public class InvalidAssociationException : Akka.Actor.AkkaException
{
    public InvalidAssociationException(string message, System.Exception cause = null) : base(message, cause)
    {
    }
}

namespace Akka.Remote.Transport;

/// <summary>Why a connection was ended.</summary>
public enum DisassociateInfo
{
    /// <summary>No reason was given.</summary>
    Unknown = 0,

    /// <summary>The peer shuts down.</summary>
    Shutdown = 1,

    /// <summary>The peer has quarantined this system.</summary>
    Quarantined = 2,
}

/// <summary>A connection was refused, or could not be made.</summary>
public class InvalidAssociationException : Akka.Actor.AkkaException
{
    /// <summary>Says why.</summary>
    public InvalidAssociationException(string message, System.Exception cause = null) : base(message, cause)
    {
    }
}

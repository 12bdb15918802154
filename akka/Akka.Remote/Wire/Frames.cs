namespace Akka.Remote.Wire;

/// <summary>
/// A frame: u32 length of what follows it, u8 kind, body. Little-endian. Data flows on a connection only from the side that opened
/// it; the other side answers the handshake, and then sends acknowledgements and heartbeats.
/// </summary>
internal enum FrameKind : byte
{
    /// <summary>First frame of the side that connects: <see cref="Hello"/>.</summary>
    Hello = 1,

    /// <summary>The answer: <see cref="Welcome"/>.</summary>
    Welcome = 2,

    /// <summary>Or the other answer, after which the connection is closed: u8 <see cref="RefusalReason"/>, text.</summary>
    Refuse = 3,

    /// <summary>Last frame: u8 DisassociateInfo.</summary>
    Disassociate = 4,

    /// <summary>Empty.</summary>
    Heartbeat = 5,

    /// <summary>i64: all system messages through that number have been delivered.</summary>
    Ack = 6,

    /// <summary>u16 length of the header, header (see MessageHeaderWriter), payload.</summary>
    UserMessage = 7,

    /// <summary>u16 length of the header, i64 number, header, payload. The number counts as part of the header.</summary>
    SystemMessage = 8,
}

internal enum RefusalReason : byte
{
    Unknown = 0,
    Quarantined = 1,
    ShuttingDown = 2,
    Version = 3,
}

internal static class FrameLimits
{
    /// <summary>u32 length and u8 kind.</summary>
    public const int PrefixLength = 5;

    public const int MessageHeaderLengthField = 2;

    /// <summary>Bytes of a message's header: two paths and a manifest.</summary>
    public const int MessageHeaderMax = 16 * 1024;

    /// <summary>Bytes of any other frame's body.</summary>
    public const int ControlBodyMax = 4 * 1024;

    /// <summary>References and manifests that one connection abbreviates.</summary>
    public const int TableSize = 1024;

    /// <summary>A payload from this size on is not copied into the send buffer, and received straight into its own array.</summary>
    public const int LargePayload = 16 * 1024;
}

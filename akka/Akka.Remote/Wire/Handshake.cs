using System;
using Akka.Actor;
using Akka.Remote.Transport;

namespace Akka.Remote.Wire;

/// <summary>Who connects (address and number of its incarnation), and whom it means to reach.</summary>
internal sealed record Hello(Address Origin, int Uid, string Target);

/// <summary>Who has been reached.</summary>
internal sealed record Welcome(Address Address, int Uid);

internal static class Handshake
{
    public const byte Version = 1;

    /// <summary>So that a stranger on the port is recognized by its first bytes.</summary>
    private const int Magic = 0x31524b41;

    public static byte[] Write(Hello hello) =>
        Head().String(hello.Origin.ToString()).Int32(hello.Uid).String(hello.Target).ToArray();

    public static byte[] Write(Welcome welcome) => Head().String(welcome.Address.ToString()).Int32(welcome.Uid).ToArray();

    public static byte[] WriteRefusal(RefusalReason reason, string text) =>
        new WireWriter().Byte((byte)reason).String(text).ToArray();

    public static Hello ReadHello(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        CheckHead(ref reader);
        Address origin = ReadAddress(ref reader);
        int uid = reader.Int32();
        string target = reader.String() ?? throw new ProtocolException("handshake without a target");
        return new Hello(origin, uid, target);
    }

    public static Welcome ReadWelcome(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        CheckHead(ref reader);
        return new Welcome(ReadAddress(ref reader), reader.Int32());
    }

    public static (RefusalReason Reason, string Text) ReadRefusal(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        return ((RefusalReason)reader.Byte(), reader.String());
    }

    public static DisassociateInfo ReadDisassociate(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        byte reason = reader.Byte();
        return reason <= (byte)DisassociateInfo.Quarantined ? (DisassociateInfo)reason : DisassociateInfo.Unknown;
    }

    private static WireWriter Head() => new WireWriter().Int32(Magic).Byte(Version);

    private static void CheckHead(ref WireReader reader)
    {
        if (reader.Int32() != Magic) throw new ProtocolException("not a handshake of this protocol");
        byte version = reader.Byte();
        if (version != Version) throw new ProtocolException("protocol version " + version + ", this system speaks " + Version);
    }

    private static Address ReadAddress(ref WireReader reader)
    {
        string text = reader.String();
        return text is not null && Address.TryParse(text, out Address address) && address.HasGlobalScope && address.Port is > 0
            ? address
            : throw new ProtocolException("handshake without a full address");
    }
}

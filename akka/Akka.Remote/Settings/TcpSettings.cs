using System;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Remote.Sockets;

/// <summary>The section of the TCP transport as values.</summary>
internal sealed class TcpSettings
{
    /// <summary>Smallest sensible value of maximum-frame-size: remoting's own messages have to fit.</summary>
    public const int MinimumFrameSize = 32_000;

    /// <summary>More than any burst that a living peer works off in a second; nothing against a stall.</summary>
    private const long DefaultHighWaterMark = 256L << 20;

    public TcpSettings(Config config, ActorSystemSetup setup)
    {
        string hostname = config.GetString("hostname");
        BindHost = string.IsNullOrEmpty(hostname) ? "0.0.0.0" : hostname;
        string publicHost = config.GetString("public-hostname");
        PublicHost = string.IsNullOrEmpty(publicHost) ? BindHost : publicHost;
        Port = config.GetInt("port", 2552);
        PublicPort = config.GetInt("public-port", 0);
        if (Port is < 0 or > 65535) throw new ConfigurationException("akka.remote.dot-netty.tcp.port is no port: " + Port);
        if (PublicPort is < 0 or > 65535) throw new ConfigurationException("akka.remote.dot-netty.tcp.public-port is no port: " + PublicPort);
        UseIPv6 = config.GetBoolean("dns-use-ipv6");
        ConnectTimeout = config.GetTimeSpan("connection-timeout", TimeSpan.FromSeconds(15));
        MaximumFrameSize = ToInt(config.GetByteSize("maximum-frame-size", 128_000));
        if (MaximumFrameSize < MinimumFrameSize)
            throw new ConfigurationException("akka.remote.dot-netty.tcp.maximum-frame-size must be at least " + MinimumFrameSize + " bytes");
        SendBufferSize = ToInt(config.GetByteSize("send-buffer-size", 256_000));
        ReceiveBufferSize = ToInt(config.GetByteSize("receive-buffer-size", 256_000));
        long highWaterMark = config.GetByteSize("write-buffer-high-water-mark", 0) ?? 0;
        HighWaterMark = Math.Max(highWaterMark > 0 ? highWaterMark : DefaultHighWaterMark, MaximumFrameSize);
        long lowWaterMark = config.GetByteSize("write-buffer-low-water-mark", 0) ?? 0;
        LowWaterMark = lowWaterMark > 0 ? Math.Min(lowWaterMark, HighWaterMark) : HighWaterMark / 2;
        Backlog = config.GetInt("backlog", 4096);
        NoDelay = config.GetBoolean("tcp-nodelay", true);
        KeepAlive = config.GetBoolean("tcp-keepalive", true);
        if (config.GetBoolean("enable-ssl")) Tls = new TlsSettings(config, setup);
    }

    public string BindHost { get; }

    public string PublicHost { get; }

    public int Port { get; }

    public int PublicPort { get; }

    public bool UseIPv6 { get; }

    public TimeSpan ConnectTimeout { get; }

    /// <summary>Bytes; of the frame as a whole.</summary>
    public int MaximumFrameSize { get; }

    public int SendBufferSize { get; }

    public int ReceiveBufferSize { get; }

    /// <summary>Encoded bytes that may wait for a peer that does not read. User messages beyond it are dropped.</summary>
    public long HighWaterMark { get; }

    /// <summary>Dropping ends when so few bytes are left.</summary>
    public long LowWaterMark { get; }

    public int Backlog { get; }

    public bool NoDelay { get; }

    public bool KeepAlive { get; }

    /// <summary>Null: connections are not encrypted.</summary>
    public TlsSettings Tls { get; }

    /// <summary>Of every address of this system and of those it can reach.</summary>
    public string Scheme => Tls is null ? "akka.tcp" : "akka.ssl.tcp";

    private static int ToInt(long? bytes) => (int)Math.Min(bytes ?? 0, int.MaxValue);
}

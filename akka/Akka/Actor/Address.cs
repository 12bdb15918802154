using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Where an actor system lives: protocol and system name, and host and port when it can be reached from outside.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable, ISurrogated, ICloneable
{
    /// <summary>Stands for every system.</summary>
    public static readonly Address AllSystems = new("akka", "all-systems");

    /// <summary>By protocol, system, host and port.</summary>
    public static readonly IComparer<Address> Comparer = Comparer<Address>.Create(Compare);

    private readonly string _text;
    private readonly int _hash;

    /// <summary>With a host and a port for a system that can be reached over the network.</summary>
    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        // Names of hosts are compared without regard to case; one spelling makes every comparison ordinal.
        Host = host?.ToLowerInvariant();
        Port = port;
        _text = Format(Protocol, System, Host, Port);
        _hash = _text.GetHashCode();
    }

    /// <summary>How to reach it, as <c>akka.tcp</c>.</summary>
    public string Protocol { get; }

    /// <summary>The name of the system.</summary>
    public string System { get; }

    /// <summary>The host; null for a local address.</summary>
    public string Host { get; }

    /// <summary>The port; null for a local address.</summary>
    public int? Port { get; }

    /// <summary>True without a host.</summary>
    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    /// <summary>True with a host.</summary>
    public bool HasGlobalScope => !HasLocalScope;

    /// <summary>The text after the protocol: system@host:port.</summary>
    public string HostPort() => _text.Substring(Protocol.Length + 3);

    /// <summary>The same address but for that.</summary>
    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    /// <summary>The same address but for that.</summary>
    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    /// <summary>The same address but for that.</summary>
    public Address WithHost(string host = null) => new(Protocol, System, host, Port);

    /// <summary>The same address but for that.</summary>
    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(Address other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && string.Equals(_text, other._text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public int CompareTo(Address other) => Compare(this, other);

    int IComparable.CompareTo(object obj) => Compare(this, (Address)obj);

    /// <inheritdoc/>
    public object Clone() => new Address(Protocol, System, Host, Port);

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(Address left, Address right) => left is null ? right is null : left.Equals(right);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(Address left, Address right) => !(left == right);

    /// <inheritdoc/>
    public ISurrogate ToSurrogate(ActorSystem system) =>
        new AddressSurrogate { Protocol = Protocol, System = System, Host = Host, Port = Port };

    /// <summary>Reads <c>protocol://system@host:port</c>.</summary>
    public static Address Parse(string address) =>
        TryParse(address, out Address result) ? result : throw new UriFormatException("Not an address: " + address);

    /// <summary>Reads an address; false if it is none.</summary>
    public static bool TryParse(string path, out Address address) => TryParse(path.AsSpan(), out address);

    /// <summary>Reads an address; false if it is none.</summary>
    public static bool TryParse(string path, out Address address, out string absolutUri)
    {
        bool parsed = TryParse(path.AsSpan(), out address, out ReadOnlySpan<char> rest);
        absolutUri = parsed ? rest.ToString() : null;
        return parsed;
    }

    /// <summary>Reads an address; false if it is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, out Address address) => TryParse(span, out address, out _);

    /// <summary>Splits proto://system[@host:port][/rest]; the rest keeps its slash and is "/" when there is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = default;
        int scheme = span.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) return false;
        ReadOnlySpan<char> protocol = span[..scheme];
        if (!IsProtocol(protocol)) return false;
        ReadOnlySpan<char> authority = span[(scheme + 3)..];
        int slash = authority.IndexOf('/');
        ReadOnlySpan<char> rest = slash < 0 ? "/" : authority[slash..];
        if (slash >= 0) authority = authority[..slash];
        if (authority.IsEmpty) return false;

        int at = authority.IndexOf('@');
        if (at < 0)
        {
            if (authority.IndexOf(':') >= 0) return false;
            address = new Address(protocol.ToString(), authority.ToString());
            absolutUri = rest;
            return true;
        }

        ReadOnlySpan<char> system = authority[..at];
        ReadOnlySpan<char> hostPort = authority[(at + 1)..];
        int colon = hostPort.LastIndexOf(':');
        if (system.IsEmpty || colon <= 0) return false;
        ReadOnlySpan<char> host = hostPort[..colon];
        if (host[0] == '[' ? host[^1] != ']' : host.IndexOf(':') >= 0) return false;
        if (!int.TryParse(hostPort[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > ushort.MaxValue)
            return false;
        address = new Address(protocol.ToString(), system.ToString(), host.ToString(), port);
        absolutUri = rest;
        return true;
    }

    private static bool IsProtocol(ReadOnlySpan<char> text)
    {
        if (!char.IsAsciiLetter(text[0])) return false;
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c != '.' && c != '-' && c != '+') return false;
        return true;
    }

    private static string Format(string protocol, string system, string host, int? port)
    {
        string text = protocol + "://" + system;
        if (!string.IsNullOrEmpty(host)) text += "@" + host;
        return port.HasValue ? text + ":" + port.Value.ToString(CultureInfo.InvariantCulture) : text;
    }

    private static int Compare(Address left, Address right)
    {
        if (ReferenceEquals(left, right)) return 0;
        if (left is null) return -1;
        if (right is null) return 1;
        int result = string.CompareOrdinal(left.Protocol, right.Protocol);
        if (result == 0) result = string.CompareOrdinal(left.System, right.System);
        if (result == 0) result = string.CompareOrdinal(left.Host ?? "", right.Host ?? "");
        if (result == 0) result = (left.Port ?? 0).CompareTo(right.Port ?? 0);
        return result;
    }

    /// <summary>What is written in place of it.</summary>
    public sealed class AddressSurrogate : ISurrogate
    {
        /// <summary>How to reach it, as <c>akka.tcp</c>.</summary>
        public string Protocol { get; set; }

        /// <summary>The name of the system.</summary>
        public string System { get; set; }

        /// <summary>The host; null for a local address.</summary>
        public string Host { get; set; }

        /// <summary>The port; null for a local address.</summary>
        public int? Port { get; set; }

        /// <inheritdoc/>
        public ISurrogated FromSurrogate(ActorSystem system) => new Address(Protocol, System, Host, Port);
    }
}

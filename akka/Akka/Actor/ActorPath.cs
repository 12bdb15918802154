using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Util;

namespace Akka.Actor;

/// <summary>
/// The place of an actor in its system's tree. Two paths are equal when address and names are; the uid, which tells the
/// incarnations of one name apart (0 = unknown), is carried along but not compared.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>, ISurrogated
{
    /// <summary>What a name may contain besides letters and digits of ASCII.</summary>
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private readonly int _hash;
    private string _textWithUid;
    private Tuple<Address, string> _lastWithAddress;

    /// <summary>A root, or a child of a path.</summary>
    protected ActorPath(Address address, string name)
    {
        Address = address;
        Name = name;
        Root = this;
        _hash = address.GetHashCode();
    }

    /// <summary>A root, or a child of a path.</summary>
    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        ArgumentNullException.ThrowIfNull(name);
        ParentPath = parentPath;
        Address = parentPath.Address;
        Name = name;
        Root = parentPath.Root;
        Depth = parentPath.Depth + 1;
        Uid = uid;
        _hash = parentPath._hash * 31 + name.GetHashCode();
    }

    private ActorPath ParentPath { get; }

    /// <summary>The system that it is in.</summary>
    public Address Address { get; }

    /// <summary>The last element.</summary>
    public string Name { get; }

    /// <summary>The number of the incarnation; 0 if unknown.</summary>
    public long Uid { get; }

    /// <summary>Number of names below the root.</summary>
    public int Depth { get; }

    /// <summary>Where it begins.</summary>
    public ActorPath Root { get; }

    /// <summary>The root is its own parent.</summary>
    public ActorPath Parent => ParentPath ?? this;

    /// <summary>The names from the root on.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            if (Depth == 0) return Array.Empty<string>();
            string[] elements = new string[Depth];
            ActorPath path = this;
            for (int i = Depth - 1; i >= 0; i--)
            {
                elements[i] = path.Name;
                path = path.ParentPath;
            }

            return elements;
        }
    }

    /// <summary>The path that has <paramref name="depth"/> names; negative: that many names up from here.</summary>
    public ActorPath ParentOf(int depth)
    {
        int up = depth < 0 ? -depth : Depth - depth;
        ActorPath path = this;
        for (int i = 0; i < up && path.ParentPath is not null; i++) path = path.ParentPath;
        return path;
    }

    /// <summary>A path below this one.</summary>
    public ActorPath Child(string childName) => this / childName;

    /// <summary>The same path for an incarnation.</summary>
    public ActorPath WithUid(long uid) => uid == Uid || ParentPath is null ? this : new ChildActorPath(ParentPath, Name, uid);

    /// <summary>A path below this one.</summary>
    public static ActorPath operator /(ActorPath path, string name)
    {
        (string plainName, long uid) = SplitUid(name);
        return new ChildActorPath(path, plainName, uid);
    }

    /// <summary>A path below this one.</summary>
    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        foreach (string element in name)
            if (!string.IsNullOrEmpty(element)) path /= element;
        return path;
    }

    /// <inheritdoc/>
    public override string ToString() => ToStringWithAddress();

    /// <summary>The path from the root, without the system's address.</summary>
    public string ToStringWithoutAddress()
    {
        if (Depth == 0) return "/";
        return string.Create(NamesLength(), this, static (span, path) => path.WriteNames(span));
    }

    /// <summary>The path with its address, or the given one if it has only a local one.</summary>
    public string ToStringWithAddress() => Address + ToStringWithoutAddress();

    /// <summary>Only a path whose own address names no host takes the given one.</summary>
    public string ToStringWithAddress(Address address) => EffectiveAddress(address) + ToStringWithoutAddress();

    /// <summary>The path with the incarnation's number.</summary>
    public string ToStringWithUid() => _textWithUid ??= AppendUid(ToStringWithAddress());

    /// <summary>What another system can resolve: address, path and incarnation.</summary>
    public string ToSerializationFormat() => ToStringWithUid();

    /// <summary>What another system can resolve: address, path and incarnation.</summary>
    public string ToSerializationFormatWithAddress(Address address)
    {
        Address effective = EffectiveAddress(address);
        // A system writes its references with one address, its own, so the last text is nearly always the wanted one.
        Tuple<Address, string> last = _lastWithAddress;
        if (last is not null && last.Item1.Equals(effective)) return last.Item2;
        string text = AppendUid(effective + ToStringWithoutAddress());
        _lastWithAddress = Tuple.Create(effective, text);
        return text;
    }

    /// <inheritdoc/>
    public bool Equals(ActorPath other)
    {
        if (other is null) return false;
        ActorPath left = this;
        if (ReferenceEquals(left, other)) return true;
        if (left._hash != other._hash || left.Depth != other.Depth) return false;
        while (left.ParentPath is not null)
        {
            if (ReferenceEquals(left, other)) return true;
            if (!string.Equals(left.Name, other.Name, StringComparison.Ordinal)) return false;
            left = left.ParentPath;
            other = other.ParentPath;
        }

        return left.Address.Equals(other.Address);
    }

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public int CompareTo(ActorPath other)
    {
        if (other is null) return 1;
        if (ReferenceEquals(this, other)) return 0;
        int result = Address.CompareTo(other.Address);
        if (result != 0) return result;
        int depth = Math.Min(Depth, other.Depth);
        result = CompareNames(ParentOf(depth), other.ParentOf(depth));
        return result != 0 ? result : Depth.CompareTo(other.Depth);
    }

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(ActorPath left, ActorPath right) => left is null ? right is null : left.Equals(right);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(ActorPath left, ActorPath right) => !(left == right);

    /// <summary>True if an actor may have this name.</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$') return false;
        for (int i = 0; i < s.Length; i++)
        {
            char c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c)) continue;
            if (c != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2])) return false;
            i += 2;
        }

        return true;
    }

    /// <summary>The elements, joined.</summary>
    public static string FormatPathElements(IEnumerable<string> pathElements) => string.Join("/", pathElements);

    /// <summary>Reads a path with an address.</summary>
    public static ActorPath Parse(string path) =>
        TryParse(path, out ActorPath result) ? result : throw new UriFormatException("Not the path of an actor: " + path);

    /// <summary>Reads a path; false if it is none.</summary>
    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null;
        return path is not null
            && TryParseAddress(path, out Address address, out ReadOnlySpan<char> rest)
            && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    /// <summary>Reads a path; false if it is none.</summary>
    public static bool TryParse(ActorPath basePath, string absoluteUri, out ActorPath actorPath) =>
        TryParse(basePath, absoluteUri.AsSpan(), out actorPath);

    /// <summary>Walks down from <paramref name="basePath"/> along /a/b#uid; empty names are skipped.</summary>
    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, out ActorPath actorPath)
    {
        actorPath = basePath;
        while (!absoluteUri.IsEmpty)
        {
            int slash = absoluteUri.IndexOf('/');
            ReadOnlySpan<char> element = slash < 0 ? absoluteUri : absoluteUri[..slash];
            absoluteUri = slash < 0 ? default : absoluteUri[(slash + 1)..];
            if (element.IsEmpty) continue;
            long uid = 0;
            int hash = element.IndexOf('#');
            if (hash >= 0)
            {
                bool last = absoluteUri.IsEmpty;
                if (!last || !long.TryParse(element[(hash + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out uid))
                {
                    actorPath = null;
                    return false;
                }

                element = element[..hash];
            }

            actorPath = new ChildActorPath(actorPath, element.ToString(), uid);
        }

        return true;
    }

    /// <summary>Reads the address of a path; false if it has none.</summary>
    public static bool TryParseAddress(string path, out Address address) => Address.TryParse(path.AsSpan(), out address, out _);

    /// <summary>Reads the address of a path; false if it has none.</summary>
    public static bool TryParseAddress(string path, out Address address, out ReadOnlySpan<char> absoluteUri) =>
        Address.TryParse(path.AsSpan(), out address, out absoluteUri);

    /// <summary>Splits the text of a path after its address without building either part.</summary>
    public static bool TryParseParts(ReadOnlySpan<char> path, out ReadOnlySpan<char> address, out ReadOnlySpan<char> absoluteUri)
    {
        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            address = default;
            absoluteUri = path;
            return false;
        }

        int slash = path[(scheme + 3)..].IndexOf('/');
        address = slash < 0 ? path : path[..(scheme + 3 + slash)];
        absoluteUri = slash < 0 ? "/" : path[(scheme + 3 + slash)..];
        return true;
    }

    /// <inheritdoc/>
    public ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(ToSerializationFormat());

    /// <summary>The name without its #uid, and the uid.</summary>
    internal static (string Name, long Uid) SplitUid(string name)
    {
        int hash = name.IndexOf('#');
        if (hash < 0) return (name, 0);
        return long.TryParse(name.AsSpan(hash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long uid)
            ? (name[..hash], uid)
            : (name, 0);
    }

    private Address EffectiveAddress(Address address) =>
        address is null || (Address.HasGlobalScope && Address.Port.HasValue) ? Address : address;

    private string AppendUid(string text) => Uid == 0 ? text : text + "#" + Uid.ToString(CultureInfo.InvariantCulture);

    private int NamesLength()
    {
        int length = 0;
        for (ActorPath path = this; path.ParentPath is not null; path = path.ParentPath) length += path.Name.Length + 1;
        return length;
    }

    private void WriteNames(Span<char> span)
    {
        for (ActorPath path = this; path.ParentPath is not null; path = path.ParentPath)
        {
            path.Name.CopyTo(span[^path.Name.Length..]);
            span = span[..^path.Name.Length];
            span[^1] = '/';
            span = span[..^1];
        }
    }

    private static int CompareNames(ActorPath left, ActorPath right)
    {
        if (left.ParentPath is null || ReferenceEquals(left, right)) return 0;
        int result = CompareNames(left.ParentPath, right.ParentPath);
        return result != 0 ? result : string.CompareOrdinal(left.Name, right.Name);
    }

    /// <summary>What is written in place of it.</summary>
    public sealed class Surrogate : ISurrogate, IEquatable<Surrogate>, IEquatable<ActorPath>
    {
        /// <summary>What is written in place of it.</summary>
        public Surrogate(string path)
        {
            Path = path;
        }

        /// <summary>The path as text.</summary>
        public string Path { get; }

        /// <inheritdoc/>
        public ISurrogated FromSurrogate(ActorSystem system) => TryParse(Path, out ActorPath path) ? path : null;

        /// <inheritdoc/>
        public bool Equals(Surrogate other) => other is not null && string.Equals(Path, other.Path, StringComparison.Ordinal);

        /// <inheritdoc/>
        public bool Equals(ActorPath other) => other is not null && Equals(other.ToSurrogate(null) as Surrogate);

        /// <inheritdoc/>
        public override bool Equals(object obj) => obj is ActorPath path ? Equals(path) : Equals(obj as Surrogate);

        /// <inheritdoc/>
        public override int GetHashCode() => Path.GetHashCode();
    }
}

/// <summary>The root of a system.</summary>
public sealed class RootActorPath : ActorPath
{
    /// <summary>The root of a system.</summary>
    public RootActorPath(Address address, string name = "") : base(address, name)
    {
    }
}

/// <summary>A path below another one.</summary>
public sealed class ChildActorPath : ActorPath
{
    /// <summary>A path below another one.</summary>
    public ChildActorPath(ActorPath parentPath, string name, long uid) : base(parentPath, name, uid)
    {
    }
}

using System;
using System.Text.RegularExpressions;

namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Decides whether a text fits.</summary>
public interface IStringMatcher
{
    /// <summary>True if it does.</summary>
    bool IsMatch(string s);
}

/// <summary>Fits every text.</summary>
public class MatchesAll : IStringMatcher
{
    private MatchesAll()
    {
    }

    /// <summary>The only one.</summary>
    public static IStringMatcher Instance { get; } = new MatchesAll();

    /// <inheritdoc/>
    public bool IsMatch(string s) => true;

    /// <inheritdoc/>
    public override string ToString() => string.Empty;
}

/// <summary>Fits the text itself.</summary>
public class EqualsString : IStringMatcher
{
    private readonly string _s;

    /// <summary>Fits the text itself.</summary>
    public EqualsString(string s)
    {
        _s = s;
    }

    /// <inheritdoc/>
    public bool IsMatch(string s) => string.Equals(_s, s, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"==\"{_s}\"";
}

/// <summary>Fits texts that begin with this one.</summary>
public class StartsWithString : IStringMatcher
{
    private readonly string _start;

    /// <summary>Fits texts that begin with this one.</summary>
    public StartsWithString(string start)
    {
        _start = start;
    }

    /// <inheritdoc/>
    public bool IsMatch(string s) => s != null && s.StartsWith(_start, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"starts with \"{_start}\"";
}

/// <summary>Fits texts that have this one in them.</summary>
public class ContainsString : IStringMatcher
{
    private readonly string _part;

    /// <summary>Fits texts that have this one in them.</summary>
    public ContainsString(string part)
    {
        _part = part;
    }

    /// <inheritdoc/>
    public bool IsMatch(string s) => s != null && s.Contains(_part, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"contains \"{_part}\"";
}

/// <summary>Fits what the expression matches.</summary>
public class RegexMatcher : IStringMatcher
{
    private readonly Regex _regex;

    /// <summary>Fits what the expression matches.</summary>
    public RegexMatcher(Regex regex)
    {
        _regex = regex;
    }

    /// <inheritdoc/>
    public bool IsMatch(string s) => s != null && _regex.IsMatch(s);

    /// <inheritdoc/>
    public override string ToString() => $"matches regex \"{_regex}\"";
}

/// <summary>A log source: the text itself, or an actor's path with or without address, uid and leading slash.</summary>
public class EqualsStringAndPathMatcher : IStringMatcher
{
    private readonly string _path;
    private readonly bool _canBeRelative;

    /// <summary>Fits a path, with or without its address.</summary>
    public EqualsStringAndPathMatcher(string path, bool canBeRelative = true)
    {
        _path = path;
        _canBeRelative = canBeRelative;
    }

    /// <inheritdoc/>
    public bool IsMatch(string path)
    {
        if (string.Equals(_path, path, StringComparison.Ordinal))
        {
            return true;
        }

        if (path == null)
        {
            return false;
        }

        var bare = WithoutUid(path.Trim('[', ']'));
        if (string.Equals(bare, _path, StringComparison.Ordinal))
        {
            return true;
        }

        var local = WithoutAddress(bare);
        return local != null && _canBeRelative
            && (string.Equals(local, _path, StringComparison.Ordinal)
                || string.Equals(local, "/" + _path, StringComparison.Ordinal)
                || string.Equals(local, "/user/" + _path, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public override string ToString() => $"==\"{_path}\"";

    private static string WithoutUid(string path)
    {
        var uid = path.IndexOf('#', StringComparison.Ordinal);
        return uid < 0 ? path : path[..uid];
    }

    private static string WithoutAddress(string path)
    {
        var address = path.IndexOf("://", StringComparison.Ordinal);
        var slash = address < 0 ? -1 : path.IndexOf('/', address + 3);
        return slash < 0 ? null : path[slash..];
    }
}

using System;
using System.Text.RegularExpressions;

namespace Akka.TestKit.Internal.StringMatcher;

public interface IStringMatcher
{
    bool IsMatch(string s);
}

public class MatchesAll : IStringMatcher
{
    private MatchesAll()
    {
    }

    public static IStringMatcher Instance { get; } = new MatchesAll();

    public bool IsMatch(string s) => true;

    public override string ToString() => string.Empty;
}

public class EqualsString : IStringMatcher
{
    private readonly string _s;

    public EqualsString(string s)
    {
        _s = s;
    }

    public bool IsMatch(string s) => string.Equals(_s, s, StringComparison.Ordinal);

    public override string ToString() => $"==\"{_s}\"";
}

public class StartsWithString : IStringMatcher
{
    private readonly string _start;

    public StartsWithString(string start)
    {
        _start = start;
    }

    public bool IsMatch(string s) => s != null && s.StartsWith(_start, StringComparison.Ordinal);

    public override string ToString() => $"starts with \"{_start}\"";
}

public class ContainsString : IStringMatcher
{
    private readonly string _part;

    public ContainsString(string part)
    {
        _part = part;
    }

    public bool IsMatch(string s) => s != null && s.Contains(_part, StringComparison.Ordinal);

    public override string ToString() => $"contains \"{_part}\"";
}

public class RegexMatcher : IStringMatcher
{
    private readonly Regex _regex;

    public RegexMatcher(Regex regex)
    {
        _regex = regex;
    }

    public bool IsMatch(string s) => s != null && _regex.IsMatch(s);

    public override string ToString() => $"matches regex \"{_regex}\"";
}

/// <summary>A log source: the text itself, or an actor's path with or without address, uid and leading slash.</summary>
public class EqualsStringAndPathMatcher : IStringMatcher
{
    private readonly string _path;
    private readonly bool _canBeRelative;

    public EqualsStringAndPathMatcher(string path, bool canBeRelative = true)
    {
        _path = path;
        _canBeRelative = canBeRelative;
    }

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

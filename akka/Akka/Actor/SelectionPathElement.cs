using System;
using Akka.Util;

namespace Akka.Actor;

/// <summary>One step of a selection.</summary>
public abstract class SelectionPathElement
{
}

public class SelectChildName : SelectionPathElement
{
    public SelectChildName(string name)
    {
        Name = name;
    }

    public string Name { get; }

    protected bool Equals(SelectChildName other) => string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override bool Equals(object obj) => obj is SelectChildName other && Equals(other);

    public override int GetHashCode() => Name.GetHashCode();

    public override string ToString() => Name;
}

/// <summary>All children whose names match a pattern of * and ?.</summary>
public class SelectChildPattern : SelectionPathElement
{
    public SelectChildPattern(string patternStr)
    {
        PatternStr = patternStr;
    }

    public string PatternStr { get; }

    protected bool Equals(SelectChildPattern other) => string.Equals(PatternStr, other.PatternStr, StringComparison.Ordinal);

    public override bool Equals(object obj) => obj is SelectChildPattern other && Equals(other);

    public override int GetHashCode() => PatternStr.GetHashCode();

    public override string ToString() => PatternStr;

    internal bool Matches(string name) => NamePattern.Matches(name, PatternStr);
}

/// <summary>All descendants (**); only as the last step.</summary>
public class SelectChildRecursive : SelectionPathElement
{
    public static readonly SelectChildRecursive Instance = new();

    public override bool Equals(object obj) => obj is SelectChildRecursive;

    public override int GetHashCode() => "**".GetHashCode();

    public override string ToString() => "**";
}

public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    public override bool Equals(object obj) => obj is SelectParent;

    public override int GetHashCode() => "..".GetHashCode();

    public override string ToString() => "..";
}

internal static class NamePattern
{
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int textAt = 0, patternAt = 0, star = -1, starText = 0;
        while (textAt < text.Length)
        {
            if (patternAt < pattern.Length && (pattern[patternAt] == '?' || pattern[patternAt] == text[textAt]))
            {
                textAt++;
                patternAt++;
            }
            else if (patternAt < pattern.Length && pattern[patternAt] == '*')
            {
                star = patternAt++;
                starText = textAt;
            }
            else if (star >= 0)
            {
                // The last star takes one character more.
                patternAt = star + 1;
                textAt = ++starText;
            }
            else
            {
                return false;
            }
        }

        while (patternAt < pattern.Length && pattern[patternAt] == '*') patternAt++;
        return patternAt == pattern.Length;
    }
}

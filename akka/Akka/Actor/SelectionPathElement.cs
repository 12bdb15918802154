using System;
using Akka.Util;

namespace Akka.Actor;

/// <summary>One step of a selection.</summary>
public abstract class SelectionPathElement
{
}

/// <summary>A child by its name.</summary>
public class SelectChildName : SelectionPathElement
{
    /// <summary>A child by its name.</summary>
    public SelectChildName(string name)
    {
        Name = name;
    }

    /// <summary>A child by its name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    protected bool Equals(SelectChildName other) => string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is SelectChildName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All children whose names match a pattern of * and ?.</summary>
public class SelectChildPattern : SelectionPathElement
{
    /// <summary>Children by a pattern with <c>*</c> and <c>?</c>.</summary>
    public SelectChildPattern(string patternStr)
    {
        PatternStr = patternStr;
    }

    /// <summary>Children by a pattern with <c>*</c> and <c>?</c>.</summary>
    public string PatternStr { get; }

    /// <inheritdoc/>
    protected bool Equals(SelectChildPattern other) => string.Equals(PatternStr, other.PatternStr, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is SelectChildPattern other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => PatternStr.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => PatternStr;

    internal bool Matches(string name) => NamePattern.Matches(name, PatternStr);
}

/// <summary>All descendants (**); only as the last step.</summary>
public class SelectChildRecursive : SelectionPathElement
{
    /// <summary>The only one.</summary>
    public static readonly SelectChildRecursive Instance = new();

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is SelectChildRecursive;

    /// <inheritdoc/>
    public override int GetHashCode() => "**".GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => "**";
}

/// <summary>The parent.</summary>
public class SelectParent : SelectionPathElement
{
    /// <summary>The only one.</summary>
    public static readonly SelectParent Instance = new();

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is SelectParent;

    /// <inheritdoc/>
    public override int GetHashCode() => "..".GetHashCode();

    /// <inheritdoc/>
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

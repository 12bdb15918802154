namespace Cluster.Actors.Shards;

/// <summary>
/// Patterns as Redis has them for keys: `*`, `?`, `[abc]`, `[^a-c]`, `\x`. Bytes, not characters. Time is bounded by pattern times text: only the last `*` is ever
/// taken back.
/// </summary>
internal static class GlobPattern
{
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int p = 0, t = 0;
        int starPattern = -1, starText = 0;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = ++p;
                starText = t;
                continue;
            }

            if (t == text.Length)
            {
                if (p == pattern.Length) return true;
                // Longer texts for the star do not exist.
                return false;
            }

            int next = p;
            if (p < pattern.Length && MatchesOne(pattern, ref next, text[t]))
            {
                p = next;
                t++;
                continue;
            }

            if (starPattern < 0) return false;
            p = starPattern;
            t = ++starText;
        }
    }

    /// <summary>Moves behind the element of the pattern, which is not a star.</summary>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int p, byte value)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                p++;
                return true;
            case (byte)'[':
                p++;
                return MatchesClass(pattern, ref p, value);
            case (byte)'\\' when p + 1 < pattern.Length:
                p += 2;
                return pattern[p - 1] == value;
            default:
                return pattern[p++] == value;
        }
    }

    /// <summary>A class without its ']' ends with the pattern.</summary>
    private static bool MatchesClass(ReadOnlySpan<byte> pattern, ref int p, byte value)
    {
        bool isNot = p < pattern.Length && pattern[p] == '^';
        if (isNot) p++;
        bool found = false;
        while (p < pattern.Length && pattern[p] != ']')
        {
            if (pattern[p] == '\\' && p + 1 < pattern.Length)
            {
                found |= pattern[p + 1] == value;
                p += 2;
            }
            else if (p + 2 < pattern.Length && pattern[p + 1] == '-')
            {
                byte low = Math.Min(pattern[p], pattern[p + 2]);
                byte high = Math.Max(pattern[p], pattern[p + 2]);
                found |= value >= low && value <= high;
                p += 3;
            }
            else
            {
                found |= pattern[p++] == value;
            }
        }

        if (p < pattern.Length) p++;
        return found != isNot;
    }
}

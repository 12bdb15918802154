using System.Globalization;

namespace Cluster.Storage.Log;

/// <summary>
/// File names of segments: <c>wal-{first}.open</c> while it is appended to, <c>wal-{first}-{last}.seg</c> once sealed, LSNs as 16
/// hexadecimal digits. Both ends stand in the name so that a listing shows a missing segment.
/// </summary>
public readonly record struct SegmentName(Lsn First, Lsn Last)
{
    public const string Prefix = "wal-";
    public const string OpenSuffix = ".open";
    public const string SealedSuffix = ".seg";
    public const string HintSuffix = ".hint";

    public bool IsSealed => !Last.IsNone;

    /// <summary>Name of the hint that a sealed segment may have beside it (docs/formats/hint.md).</summary>
    public string HintName => string.Create(CultureInfo.InvariantCulture, $"{First.Value:x16}-{Last.Value:x16}{HintSuffix}");

    public static bool TryParse(string name, out SegmentName parsed)
    {
        parsed = default;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var rest = name.AsSpan(Prefix.Length);
        if (rest.Length == 16 + OpenSuffix.Length && rest.EndsWith(OpenSuffix, StringComparison.Ordinal) && TryHex(rest[..16], out var only))
        {
            parsed = new SegmentName(new Lsn(only), Lsn.None);
            return true;
        }

        if (rest.Length == 33 + SealedSuffix.Length && rest[16] == '-' && rest.EndsWith(SealedSuffix, StringComparison.Ordinal)
            && TryHex(rest[..16], out var first) && TryHex(rest.Slice(17, 16), out var last) && last >= first)
        {
            parsed = new SegmentName(new Lsn(first), new Lsn(last));
            return true;
        }

        return false;
    }

    public override string ToString() => IsSealed
        ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{First.Value:x16}-{Last.Value:x16}{SealedSuffix}")
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{First.Value:x16}{OpenSuffix}");

    private static bool TryHex(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value > 0;
}

using System;
using System.Globalization;

namespace Akka.Util;

/// <summary>
/// A version such as <c>1.2.3-M1+build</c>. Up to three numbers, then a rest. A version with a rest behind '-' comes before the same
/// version without; rests compare part by part, numbers as numbers and before words.
/// </summary>
public class AppVersion : IComparable<AppVersion>, IEquatable<AppVersion>
{
    /// <summary>The lowest one.</summary>
    public static readonly AppVersion Zero = new("0.0.0", [0, 0, 0], string.Empty);

    private static readonly char[] RestSeparators = ['-', '+'];

    private readonly int[] _numbers;
    private readonly string _rest;

    private AppVersion(string version, int[] numbers, string rest)
    {
        Version = version;
        _numbers = numbers;
        _rest = rest;
    }

    /// <summary>The text that it was made from.</summary>
    public string Version { get; }

    /// <exception cref="ArgumentException">The text is no version.</exception>
    public static AppVersion Create(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var cut = version.IndexOfAny(RestSeparators);
        var parts = (cut < 0 ? version : version[..cut]).Split('.');
        var rest = cut < 0 ? string.Empty : version[cut..];
        if (parts.Length > 3)
        {
            throw new ArgumentException($"Only three numbers are possible in the version [{version}].", nameof(version));
        }

        var numbers = new int[3];
        for (var i = 0; i < parts.Length; i++)
        {
            if (int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                continue;
            }

            if (i == 0)
            {
                // A word without a number is all rest: it comes before every numbered version.
                return cut < 0 && parts.Length == 1 && version.Length > 0
                    ? new AppVersion(version, new int[3], "-" + version)
                    : throw new ArgumentException($"[{version}] is no version.", nameof(version));
            }

            throw new ArgumentException($"'{parts[i]}' is no number in the version [{version}].", nameof(version));
        }

        return new AppVersion(version, numbers, rest);
    }

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(AppVersion first, AppVersion second) => Equals(first, second);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(AppVersion first, AppVersion second) => !Equals(first, second);

    /// <inheritdoc/>
    public int CompareTo(AppVersion other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < _numbers.Length; i++)
        {
            var order = _numbers[i].CompareTo(other._numbers[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return CompareRests(_rest, other._rest);
    }

    /// <inheritdoc/>
    public bool Equals(AppVersion other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is AppVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_numbers[0], _numbers[1], _numbers[2], _rest.TrimStart(RestSeparators));

    /// <inheritdoc/>
    public override string ToString() => Version;

    private static int CompareRests(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            // Only a pre-release ("-") comes before the bare version.
            return RankAgainstBare(left).CompareTo(RankAgainstBare(right));
        }

        var lefts = left.TrimStart(RestSeparators).Split('.', '-', '+');
        var rights = right.TrimStart(RestSeparators).Split('.', '-', '+');
        for (var i = 0; i < Math.Min(lefts.Length, rights.Length); i++)
        {
            var order = ComparePart(lefts[i], rights[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return lefts.Length.CompareTo(rights.Length);
    }

    private static int RankAgainstBare(string rest) => rest.Length == 0 ? 0 : rest[0] == '-' ? -1 : 1;

    private static int ComparePart(string left, string right)
    {
        var leftIsNumber = long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var leftNumber);
        var rightIsNumber = long.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var rightNumber);
        return (leftIsNumber, rightIsNumber) switch
        {
            (true, true) => leftNumber.CompareTo(rightNumber),
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(left, right),
        };
    }
}

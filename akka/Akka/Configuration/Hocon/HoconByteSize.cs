using System;
using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Sizes: a whole number and a case-sensitive unit; no unit means bytes.</summary>
internal static class HoconByteSize
{
    // A unit that ends in another one must come before it.
    private static readonly (string[] Suffixes, long Factor)[] Units =
    [
        (["kB", "kilobytes", "kilobyte"], 1000L),
        (["MB", "megabytes", "megabyte"], 1000L * 1000),
        (["GB", "gigabytes", "gigabyte"], 1000L * 1000 * 1000),
        (["TB", "terabytes", "terabyte"], 1000L * 1000 * 1000 * 1000),
        (["PB", "petabytes", "petabyte"], 1000L * 1000 * 1000 * 1000 * 1000),
        (["EB", "exabytes", "exabyte"], 1000L * 1000 * 1000 * 1000 * 1000 * 1000),
        (["KiB", "Ki", "K", "k", "kibibytes", "kibibyte"], 1L << 10),
        (["MiB", "Mi", "M", "m", "mebibytes", "mebibyte"], 1L << 20),
        (["GiB", "Gi", "G", "g", "gibibytes", "gibibyte"], 1L << 30),
        (["TiB", "Ti", "T", "t", "tebibytes", "tebibyte"], 1L << 40),
        (["PiB", "Pi", "P", "p", "pebibytes", "pebibyte"], 1L << 50),
        (["EiB", "Ei", "E", "e", "exbibytes", "exbibyte"], 1L << 60),
        (["bytes", "byte", "B", "b"], 1L),
    ];

    public static bool TryParse(string text, out long bytes)
    {
        foreach (var (suffixes, factor) in Units)
        {
            foreach (var suffix in suffixes)
            {
                if (text.EndsWith(suffix, StringComparison.Ordinal))
                {
                    return TryScale(text.AsSpan(0, text.Length - suffix.Length), factor, out bytes);
                }
            }
        }

        return TryScale(text, 1, out bytes);
    }

    private static bool TryScale(ReadOnlySpan<char> number, long factor, out long bytes)
    {
        bytes = 0;
        if (!long.TryParse(number, NumberStyles.Integer, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        var scaled = (Int128)count * factor;
        bytes = (long)Int128.Clamp(scaled, long.MinValue, long.MaxValue);
        return bytes == scaled;
    }
}

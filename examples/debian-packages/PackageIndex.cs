using System.Diagnostics;
using System.Text;

namespace DebianPackages;

/// <summary>One package: its name is the key, its whole paragraph the value.</summary>
public sealed record Package(int Number, byte[] Key, byte[] Value);

/// <summary>Debian's own package index: paragraphs separated by empty lines, each beginning with "Package: name".</summary>
public static class PackageIndex
{
    /// <summary>Reads a file, or what <c>apt-cache dumpavail</c> prints if <paramref name="file"/> is null.</summary>
    public static List<Package> Read(string? file)
    {
        byte[] text = file is null ? Dump() : File.ReadAllBytes(file);
        var packages = new List<Package>(70_000);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf("\n\n"u8);
            var paragraph = end < 0 ? rest.TrimEnd((byte)'\n') : rest[..end];
            rest = end < 0 ? default : rest[(end + 2)..].TrimStart((byte)'\n');
            if (paragraph.IsEmpty) continue;
            if (!paragraph.StartsWith("Package: "u8)) throw new InvalidDataException($"paragraph {packages.Count + 1} does not begin with 'Package: '");
            int lineEnd = paragraph.IndexOf((byte)'\n');
            var name = (lineEnd < 0 ? paragraph : paragraph[..lineEnd])["Package: "u8.Length..];
            // Several versions of one package: the first is the one that apt would take.
            if (seen.Add(Encoding.UTF8.GetString(name))) packages.Add(new Package(packages.Count, name.ToArray(), paragraph.ToArray()));
        }

        return packages;
    }

    private static byte[] Dump()
    {
        using var process = Process.Start(new ProcessStartInfo("apt-cache", "dumpavail") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("apt-cache did not start");
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return output.ToArray();
    }
}

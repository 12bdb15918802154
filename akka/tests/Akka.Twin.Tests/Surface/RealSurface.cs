using System;
using System.Collections.Generic;
using System.IO;

namespace Akka.Twin.Tests.Surface;

/// <summary>The lists of the real assemblies: type name to its kind and its members, modifiers that do not matter to callers removed.</summary>
internal sealed class RealSurface
{
    private readonly Dictionary<string, HashSet<string>> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _kinds = new(StringComparer.Ordinal);

    public RealSurface(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            HashSet<string> current = null;
            foreach (var line in File.ReadLines(file))
            {
                if (line.StartsWith("  ", StringComparison.Ordinal))
                {
                    current.UnionWith(SurfaceText.Normalize(line));
                }
                else if (line.Length > 0)
                {
                    current = Open(line[(line.IndexOf(":: ", StringComparison.Ordinal) + 3)..]);
                }
            }
        }
    }

    public bool Has(string type) => _members.ContainsKey(type);

    public bool Has(string type, string member) => _members.TryGetValue(type, out var members) && members.Contains(member);

    public string KindOf(string type) => _kinds[type];

    /// <summary>Reads <c>sealed class Ns.Name&lt;T&gt; : Base where …</c>.</summary>
    private HashSet<string> Open(string header)
    {
        var end = header.IndexOf(" : ", StringComparison.Ordinal);
        var name = end < 0 ? header : header[..end];
        var where = name.IndexOf(" where ", StringComparison.Ordinal);
        name = where < 0 ? name : name[..where];
        var kindEnd = KindEnd(name);
        _kinds[name[kindEnd..]] = name[..kindEnd].Trim();
        return _members[name[kindEnd..]] = new HashSet<string>(StringComparer.Ordinal);
    }

    private static int KindEnd(string header)
    {
        foreach (var kind in new[] { "class ", "struct ", "interface ", "enum ", "delegate " })
        {
            var at = header.IndexOf(kind, StringComparison.Ordinal);
            if (at >= 0)
            {
                return at + kind.Length;
            }
        }

        throw new FormatException($"No kind of type in '{header}'.");
    }
}

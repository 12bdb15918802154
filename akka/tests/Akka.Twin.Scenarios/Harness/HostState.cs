using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>A "state" line of the host. Nodes are "address#uid".</summary>
internal sealed record HostState(string Self, string Leader, IReadOnlyDictionary<string, string> Members, IReadOnlyList<string> Unreachable)
{
    public static readonly HostState None = new("Removed", "", new Dictionary<string, string>(), []);

    /// <summary>Exactly these nodes, all Up, all reachable.</summary>
    public bool IsAllUp(IEnumerable<string> nodes) =>
        Unreachable.Count == 0 && Members.Values.All(static s => s == "Up") && Members.Keys.ToHashSet().SetEquals(nodes);

    public static HostState Parse(string line)
    {
        var parts = line.Split(' ').Skip(1).Select(static p => p.Split('=', 2)).ToDictionary(static p => p[0], static p => p[1]);
        var members = List(parts["members"]).ToDictionary(static m => m[..m.LastIndexOf(':')], static m => m[(m.LastIndexOf(':') + 1)..]);
        return new HostState(parts["self"], parts["leader"], members, List(parts["unreachable"]));
    }

    public override string ToString() =>
        $"self {Self}, leader {Leader}, members {string.Join(" ", Members.Select(static m => $"{m.Key}:{m.Value}"))}, unreachable {string.Join(" ", Unreachable)}";

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

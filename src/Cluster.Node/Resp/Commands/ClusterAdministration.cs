using System.Globalization;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Topology;

namespace Cluster.Node.Resp;

/// <summary>
/// CLUSTER POLICY: when the writes of this connection are answered. CLUSTER TRANSFER, ADDVOTER and REMOVEVOTER: who leads a shard, and who
/// votes in it; they go to the shard's leader like a write, from any node.
/// </summary>
internal static class ClusterAdministration
{
    public static bool TryExecute(CommandRouter router, CommandArguments arguments)
    {
        if (arguments.Is(1, "POLICY"u8)) Policy(router, arguments);
        else if (arguments.Is(1, "TRANSFER"u8)) Ask(router, arguments, CommandKind.Transfer);
        else if (arguments.Is(1, "ADDVOTER"u8)) Ask(router, arguments, CommandKind.AddVoter);
        else if (arguments.Is(1, "REMOVEVOTER"u8)) Ask(router, arguments, CommandKind.RemoveVoter);
        else if (arguments.Is(1, "BOOKMARK"u8)) BookmarkCommands.Bookmark(router, arguments);
        else if (arguments.Is(1, "WAITBOOKMARK"u8)) BookmarkCommands.Wait(router, arguments);
        else if (arguments.Is(1, "STALENESS"u8)) StalenessCommands.Staleness(router, arguments);
        else if (arguments.Is(1, "MAXSTALENESS"u8)) StalenessCommands.Max(router, arguments);
        else return false;
        return true;
    }

    /// <summary>POLICY [local | ack-n N | quorum | all | regions N]</summary>
    private static void Policy(CommandRouter router, CommandArguments arguments)
    {
        var session = router.Session;
        if (arguments.Count == 2)
        {
            int from = router.Round.LocalLength;
            var output = router.Round.BeginLocal();
            output.Bulk(session.Policy.Or(router.Services.DefaultPolicy).ToString());
            output.Flush();
            router.Round.EndLocal(from);
            return;
        }

        string text = arguments.Text(2).ToLowerInvariant();
        if (arguments.Count == 4) text += " " + arguments.Text(3);
        if (arguments.Count > 4 || !WritePolicy.TryParse(text, out var policy))
        {
            router.Fail($"ERR expected local, ack-n N, quorum, all or regions N (N from 1 to {WritePolicy.CountMax}), got '{text}'");
            return;
        }

        session.Policy = policy;
        router.Round.Seal(); // the batches of a round have one policy
        router.Ok();
    }

    private static void Ask(CommandRouter router, CommandArguments arguments, CommandKind kind)
    {
        if (arguments.Count != 4)
        {
            router.Fail($"ERR wrong number of arguments for 'cluster {arguments.Text(1).ToLowerInvariant()}': expected a shard and a node");
            return;
        }

        if (router.Backend is not { } backend)
        {
            router.Fail(router.Services.Loading);
            return;
        }

        if (!int.TryParse(arguments.Text(2), NumberStyles.None, CultureInfo.InvariantCulture, out int shard) || shard >= backend.Router.Shards)
        {
            router.Fail($"ERR expected a shard from 0 to {backend.Router.Shards - 1}, got '{arguments.Text(2)}'");
            return;
        }

        if (Find(router.Services.Topology.Current, arguments.Text(3)) is not { } node)
        {
            router.Fail($"ERR no node of the cluster has the name or id '{arguments.Text(3)}'");
            return;
        }

        Span<byte> id = stackalloc byte[16];
        node.Id.TryWriteBytes(id, bigEndian: true, out _);
        int batch = router.Round.NewBatch(shard, readOnly: false, router.Session.Policy);
        router.Round.AddSingle(batch, router.Round.Batch(batch).Add(kind, id));
    }

    /// <summary>By name, or by the id as CLUSTER NODES writes it or with dashes.</summary>
    private static NodeView? Find(TopologyView topology, string text)
    {
        foreach (var node in topology.Nodes)
        {
            if (node.Name == text || string.Equals(ClusterCommands.NodeIdText(node.Id), text, StringComparison.OrdinalIgnoreCase)) return node;
            if (Guid.TryParse(text, out var id) && id == node.Id) return node;
        }

        return null;
    }
}

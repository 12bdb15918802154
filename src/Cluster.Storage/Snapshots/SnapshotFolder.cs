namespace Cluster.Storage.Snapshots;

/// <summary>Names around a shard's folder that tell what a folder beside it is.</summary>
public static class SnapshotFolder
{
    /// <summary>In a folder that receives: the manifest as it travelled.</summary>
    public const string ManifestName = "snapshot.manifest";

    /// <summary>In a folder that receives: how far it has come.</summary>
    public const string ReceiveStateName = "receive.state";

    /// <summary>A snapshot that is being received.</summary>
    public static string Incoming(string shardFolder) => shardFolder + ".incoming";

    /// <summary>The decision to put it in the shard's place. A file.</summary>
    public static string Intent(string shardFolder) => shardFolder + ".install";

    /// <summary>What it took the place of; deleted once the new one has opened.</summary>
    public static string Replaced(string shardFolder) => shardFolder + ".replaced";

    /// <summary>A replica that was given up (diverged, poisoned); kept until an operator deletes it.</summary>
    public static string Evidence(string shardFolder, ulong id) => FormattableString.Invariant($"{shardFolder}.evidence-{id:x16}");
}

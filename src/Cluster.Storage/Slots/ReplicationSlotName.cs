using System.Text;

namespace Cluster.Storage.Slots;

/// <summary>
/// Names of replication slots: 1 to 64 of a–z, 0–9, '.', '_', '-', the first a letter or digit. A replica's is `replica:` and its node id, which no
/// operator's can be: only those have a colon.
/// </summary>
public static class ReplicationSlotName
{
    public const int BytesMax = 64;

    private const string ReplicaPrefix = "replica:";

    public static string OfReplica(Guid node) => ReplicaPrefix + node.ToString("N");

    /// <summary>For a slot that an operator or client names.</summary>
    public static bool IsExternal(string name) => IsValid(name) && !name.Contains(':', StringComparison.Ordinal);

    internal static bool IsValid(string name)
    {
        if (name.Length is 0 or > BytesMax || name[0] is '.' or '_' or '-' or ':')
            return false;
        foreach (var c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-' or ':'))
                return false;
        }

        return true;
    }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out string name)
    {
        name = Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, BytesMax + 1)]);
        return IsValid(name);
    }
}

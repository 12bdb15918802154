using System.Net;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;

namespace Cluster.Node.Resp;

/// <summary>What a connection has told about itself and asked for. Touched by the connection's reader only.</summary>
internal sealed class ClientSession(long id, EndPoint? remote, EndPoint? local)
{
    public long Id { get; } = id;

    public string Remote { get; } = remote?.ToString() ?? "?";

    public string Local { get; } = local?.ToString() ?? "?";

    public DateTimeOffset Since { get; } = TimeProvider.System.GetUtcNow();

    public string Name { get; set; } = "";

    public string LibraryName { get; set; } = "";

    public string LibraryVersion { get; set; } = "";

    /// <summary>2, or 3 after HELLO 3.</summary>
    public int Protocol { get; set; } = 2;

    /// <summary>After READONLY: reads are answered from this node's replica, committed but perhaps old.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>READONLY reads are refused by a replica that may be further behind its leader; zero: they are not.</summary>
    public TimeSpan MaxStaleness { get; set; }

    /// <summary>When its writes are answered; default: as configured.</summary>
    public WritePolicy Policy { get; set; }

    /// <summary>Shards that it has written to, for CLUSTER BOOKMARK; null: none.</summary>
    public System.Collections.BitArray? Written { get; private set; }

    public void Writes(int shard, int shards)
    {
        Written ??= new System.Collections.BitArray(shards);
        Written[shard] = true;
    }

    /// <summary>What makes the connection's writes repeatable, when a leader is lost before it has answered.</summary>
    public ConnectionSession Repeatable { get; } = new();

    /// <summary>After CLUSTER SESSION: which write of which session the next write command is. Absent otherwise.</summary>
    public NamedWrite NextWrite { get; set; }

    /// <summary>No command is taken any more; the connection closes once what was asked before is answered.</summary>
    public bool Closing { get; set; }
}

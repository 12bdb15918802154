using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>What a leader knows of another member; for the registry of replicas, metrics and retention.</summary>
/// <param name="Durable">None: it has said nothing in this term.</param>
/// <param name="Applied">Visible to reads there.</param>
/// <param name="Appended">The end of its log as of its newest pull.</param>
/// <param name="EchoedAt">When the newest message of ours that it has returned was sent, µs; 0: none.</param>
/// <param name="Snapshot">The snapshot that is on its way to it; none: there is none.</param>
public readonly record struct MemberView(Member Member, bool IsVoter, Lsn Durable, Lsn Applied, Lsn Appended, long EchoedAt, Lsn Snapshot);

// What the owner may read of a led shard, and what it has to keep for the others.
public sealed partial class ReplicaCore
{
    /// <summary>Other members of the newest configuration; 0 unless this replica leads.</summary>
    public int MemberCount => _members.Length;

    public MemberView MemberAt(int index)
    {
        MemberProgress member = _members[index];
        return new MemberView(member.Member, member.IsVoter, member.Durable, member.Applied, member.PullAfter, member.Echo, member.Snapshot);
    }

    /// <summary>
    /// The first record that another member still has to get from this log, a running snapshot's successor included. One that has said
    /// nothing yet in this term pins everything: the owner bounds it (`cluster.wal-keep-bytes`). `Last.Next` unless this replica leads.
    /// Known in memory only: after a change of leadership the new leader pins anew.
    /// </summary>
    public Lsn PinnedFrom
    {
        get
        {
            Lsn from = _last.Next;
            foreach (MemberProgress member in _members)
            {
                from = Lsn.Min(from, Lsn.Max(member.Durable, member.Snapshot).Next);
            }

            return from;
        }
    }

    /// <summary>A snapshot at <paramref name="lsn"/> goes to a member: what follows it is kept until it has ended, also if the member holds less.</summary>
    public void SnapshotBegan(Guid node, Lsn lsn) => SetSnapshot(node, lsn);

    public void SnapshotEnded(Guid node) => SetSnapshot(node, Lsn.None);

    private void SetSnapshot(Guid node, Lsn lsn)
    {
        foreach (MemberProgress member in _members)
        {
            if (member.Member.Node == node)
                member.Snapshot = lsn;
        }
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Akka.Cluster.Membership;

internal enum ReachabilityStatus
{
    Reachable = 0,
    Unreachable = 1,

    /// <summary>That incarnation is gone for good; nothing turns it back.</summary>
    Terminated = 2,
}

internal sealed record ReachabilityRecord(UniqueAddress Observer, UniqueAddress Subject, ReachabilityStatus Status, long Version);

/// <summary>
/// Who cannot reach whom. Each observer alone writes its rows and versions them, so two tables merge by taking, of each observer, the
/// newer rows. A node is unreachable if any observer says so.
/// </summary>
internal sealed class Reachability
{
    public static readonly Reachability Empty = new(ImmutableList<ReachabilityRecord>.Empty, ImmutableDictionary<UniqueAddress, long>.Empty);

    public Reachability(ImmutableList<ReachabilityRecord> records, ImmutableDictionary<UniqueAddress, long> versions)
    {
        Records = records;
        Versions = versions;
    }

    public ImmutableList<ReachabilityRecord> Records { get; }

    public ImmutableDictionary<UniqueAddress, long> Versions { get; }

    public Reachability Set(UniqueAddress observer, UniqueAddress subject, ReachabilityStatus status)
    {
        var existing = Find(observer, subject);
        if (existing is null ? status == ReachabilityStatus.Reachable : existing.Status == status || existing.Status == ReachabilityStatus.Terminated) return this;
        long version = Versions.GetValueOrDefault(observer) + 1;
        var records = existing is null ? Records : Records.Remove(existing);
        records = records.Add(new ReachabilityRecord(observer, subject, status, version));
        // When nothing is left to complain about the observer's rows are dropped; their version stays, so that older rows do not come back.
        if (records.TrueForAll(r => !r.Observer.Equals(observer) || r.Status == ReachabilityStatus.Reachable))
            records = records.RemoveAll(r => r.Observer.Equals(observer));
        return new Reachability(records, Versions.SetItem(observer, version));
    }

    public Reachability Merge(ICollection<UniqueAddress> allowed, Reachability other)
    {
        var records = ImmutableList.CreateBuilder<ReachabilityRecord>();
        var versions = ImmutableDictionary.CreateBuilder<UniqueAddress, long>();
        foreach (var observer in allowed)
        {
            long mine = Versions.GetValueOrDefault(observer), theirs = other.Versions.GetValueOrDefault(observer);
            if (mine == 0 && theirs == 0) continue;
            versions[observer] = mine > theirs ? mine : theirs;
            foreach (var record in (mine > theirs ? this : other).Records)
                if (record.Observer.Equals(observer) && allowed.Contains(record.Subject)) records.Add(record);
        }

        return new Reachability(records.ToImmutable(), versions.ToImmutable());
    }

    public Reachability Remove(ICollection<UniqueAddress> nodes) => new(
        Records.RemoveAll(r => nodes.Contains(r.Observer) || nodes.Contains(r.Subject)),
        Versions.RemoveRange(nodes));

    public Reachability RemoveObservers(ICollection<UniqueAddress> nodes) =>
        nodes.Count == 0 ? this : new Reachability(Records.RemoveAll(r => nodes.Contains(r.Observer)), Versions.RemoveRange(nodes));

    public bool IsReachable(UniqueAddress node) => Records.TrueForAll(r => !r.Subject.Equals(node) || r.Status == ReachabilityStatus.Reachable);

    public bool IsReachable(UniqueAddress observer, UniqueAddress subject) =>
        Find(observer, subject) is not { } record || record.Status == ReachabilityStatus.Reachable;

    public bool IsTerminated(UniqueAddress node) => Records.Any(r => r.Subject.Equals(node) && r.Status == ReachabilityStatus.Terminated);

    public ImmutableHashSet<UniqueAddress> AllUnreachable() =>
        Records.Where(static r => r.Status != ReachabilityStatus.Reachable).Select(static r => r.Subject).ToImmutableHashSet();

    private ReachabilityRecord Find(UniqueAddress observer, UniqueAddress subject) =>
        Records.Find(r => r.Observer.Equals(observer) && r.Subject.Equals(subject));
}

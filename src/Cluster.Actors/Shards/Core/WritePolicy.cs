using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// When a write is answered (R10): a kind and, for ack-n and regions(n), its number. What each survives stands in docs/guarantees.md.
/// </summary>
public readonly record struct WritePolicy(CommitPolicy Kind, int Count)
{
    /// <summary>The largest number of ack-n and regions; more voters or regions than that there are never.</summary>
    public const int CountMax = 64;

    public static readonly WritePolicy Quorum = new(CommitPolicy.Quorum, 0);
    public static readonly WritePolicy Local = new(CommitPolicy.Local, 0);
    public static readonly WritePolicy All = new(CommitPolicy.All, 0);

    /// <summary>Durable at the leader and at <paramref name="others"/> other voters.</summary>
    public static WritePolicy AckN(int others) => new(CommitPolicy.AckN, others);

    /// <summary>Committed, and durable in <paramref name="regions"/> regions.</summary>
    public static WritePolicy Regions(int regions) => new(CommitPolicy.Regions, regions);

    public static implicit operator WritePolicy(CommitPolicy kind) => new(kind, 0);

    /// <summary>
    /// The reply waits for the commit of the write's own record. Only then that commit also proves the leadership for everything that the
    /// command looked at before (R7).
    /// </summary>
    public bool WaitsForCommit => Kind is CommitPolicy.Quorum or CommitPolicy.All or CommitPolicy.Regions or CommitPolicy.Default;

    /// <summary>
    /// An acknowledged write outlives every failover: each majority that can elect a leader holds it (replication rule 2.h). ack-n: n + 1
    /// copies must meet every majority of <paramref name="voters"/>.
    /// </summary>
    public bool SurvivesFailover(int voters) => Kind switch
    {
        CommitPolicy.Local => voters == 1,
        CommitPolicy.AckN => Count + 1 >= voters - (voters / 2 + 1) + 1,
        _ => true,
    };

    /// <summary>Values that may stand in a batch. The number is that of a u16.</summary>
    public bool IsValid => Kind switch
    {
        CommitPolicy.AckN or CommitPolicy.Regions => Count is >= 1 and <= CountMax,
        _ => Kind <= CommitPolicy.Regions && Count == 0,
    };

    /// <summary>Itself, or <paramref name="configured"/> if it says nothing.</summary>
    public WritePolicy Or(WritePolicy configured) => Kind == CommitPolicy.Default ? configured : this;

    /// <summary>`local`, `quorum`, `all`, `ack-n N` or `regions N`, as <see cref="ToString"/> writes them.</summary>
    public static bool TryParse(string text, out WritePolicy policy)
    {
        policy = text switch
        {
            "quorum" => Quorum,
            "local" => Local,
            "all" => All,
            _ => WithNumber(text, "ack-n ", CommitPolicy.AckN).Or(WithNumber(text, "regions ", CommitPolicy.Regions)),
        };
        return policy != default;
    }

    private static WritePolicy WithNumber(string text, string name, CommitPolicy kind) =>
        text.StartsWith(name, StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(name.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int count)
        && new WritePolicy(kind, count) is { IsValid: true } policy
            ? policy
            : default;

    public override string ToString() => Kind switch
    {
        CommitPolicy.AckN => $"ack-n {Count}",
        CommitPolicy.Regions => $"regions {Count}",
        _ => Kind.ToString().ToLowerInvariant(),
    };
}

/// <summary>Why a policy cannot be met by the newest configuration: it asks for more than there is. None: it can.</summary>
/// <param name="Needed">Other voters (ack-n) or regions.</param>
/// <param name="Available">How many there are.</param>
public readonly record struct PolicyShortage(CommitPolicy Kind, int Needed, int Available)
{
    public static readonly PolicyShortage None;

    public bool IsNone => Needed == 0;

    public override string ToString() => Kind == CommitPolicy.Regions
        ? $"regions {Needed} needs voters in {Needed} regions, there are {Available}"
        : $"ack-n {Needed} needs {Needed} voters beside the leader, there are {Available}";
}

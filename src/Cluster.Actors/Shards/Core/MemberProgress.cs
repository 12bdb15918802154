using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// What the leader knows of another member, in this term only. Nothing is assumed of a member that has said nothing: it holds
/// nothing (ancestor fault: counted at the head before it had a byte).
/// </summary>
internal sealed class MemberProgress(Member member, bool voter)
{
    /// <summary>Longer ago than any interval, and no difference to it overflows.</summary>
    public const long NeverSent = long.MinValue / 2;

    public Member Member { get; } = member;

    public bool IsVoter { get; set; } = voter;

    /// <summary>Number of its region; -1: none.</summary>
    public int Region { get; set; } = -1;

    /// <summary>Highest LSN that it has made durable on our branch.</summary>
    public Lsn Durable { get; set; }

    public Lsn Applied { get; set; }

    /// <summary>Highest of our send stamps that it has returned: it was in our term after we sent that. 0: none.</summary>
    public long Echo { get; set; }

    /// <summary>When that stamp came back, µs. Proves nothing (only its sending does); for the operator.</summary>
    public long EchoReceivedAt { get; set; }

    /// <summary>Of a learner: what it has to hold to end the round of catching up that began at <see cref="RoundSince"/>; none: no round began.</summary>
    public Lsn RoundTarget { get; set; }

    public long RoundSince { get; set; }

    /// <summary>When it last ended a round that took no longer than an election timeout, µs; MinValue: never.</summary>
    public long CaughtUpAt { get; set; } = long.MinValue;

    /// <summary>It says that it may have lost what it acknowledged in this incarnation.</summary>
    public bool WantsRenewal { get; set; }

    /// <summary>The snapshot on its way to it; none: there is none.</summary>
    public Lsn Snapshot { get; set; }

    /// <summary>When something was last sent to it, µs; <see cref="NeverSent"/>: nothing yet.</summary>
    public long SentAt { get; set; } = NeverSent;

    /// <summary>Number of the newest pull received; 0: none.</summary>
    public long PullNumber { get; set; }

    /// <summary>A pull waits here for its answer.</summary>
    public bool HasPull { get; set; }

    public Lsn PullAfter { get; set; }

    public Lsn PullApplied { get; set; }

    public int PullMaxBytes { get; set; }

    public int PullPartOffset { get; set; }

    public Term PullPartTerm { get; set; }

    public long PullReceivedAt { get; set; }

    /// <summary>When the waiting pull must be answered, with whatever there is.</summary>
    public long PullDueAt { get; set; }

    /// <summary>False for a pull that was repeated or overtaken: of one run, only newer numbers are of interest.</summary>
    public bool IsNewer(long number) => PullNumber >> 32 != number >> 32 || number > PullNumber;
}

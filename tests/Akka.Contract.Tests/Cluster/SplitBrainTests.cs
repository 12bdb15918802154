using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;
using Xunit;

namespace Akka.Contract.Tests.Cluster;

using AkkaCluster = Akka.Cluster.Cluster;
using static Akka.Cluster.ClusterEvent;

/// <summary>The split brain resolver among nodes of their own; the kit's node stays outside.</summary>
public class SplitBrainTests : ClusterNodes
{
    private const string KeepMajority = """
        akka.cluster {
          downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
          split-brain-resolver { active-strategy = keep-majority, stable-after = 1s, down-all-when-unstable = off }
          failure-detector.acceptable-heartbeat-pause = 2500ms
        }
        """;

    // The decision leaves enough time for a newcomer to become WeaklyUp. Of two values for a key the later one counts.
    private const string WithWeaklyUp = KeepMajority + "\nakka.cluster { allow-weakly-up-members = 300ms, split-brain-resolver.stable-after = 6s }";

    [Fact]
    public async Task Of_two_nodes_the_lower_address_stays_when_the_higher_is_lost()
    {
        var (lower, higher) = await FormTwo(KeepMajority);
        var events = await Listen(lower);

        await Crash(higher);

        Assert.Equal(MemberStatus.Down, (await Removal(events, higher)).PreviousStatus);
        Assert.Equal(MemberStatus.Up, lower.SelfMember.Status);
    }

    [Fact]
    public async Task Of_two_nodes_the_higher_address_ends_itself_when_the_lower_is_lost()
    {
        var (lower, higher) = await FormTwo(KeepMajority);

        await Crash(lower);

        await higher.System.WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_weakly_up_member_does_not_make_a_majority()
    {
        var (lower, higher) = await FormTwo(WithWeaklyUp);
        var newcomer = Start(WithWeaklyUp);
        var events = await Listen(higher);

        await Crash(lower);
        await Until(events, e => e is UnreachableMember);
        newcomer.Join(higher.SelfAddress);
        await Until(events, e => e is MemberWeaklyUp);

        // With the newcomer it would be two against one. Without, the lower address decides, and it is not on this side.
        await Task.WhenAll(higher.System.WhenTerminated, newcomer.System.WhenTerminated).WaitAsync(Limit);
    }

    [Fact]
    public async Task A_newcomer_waits_until_the_resolver_has_downed_who_is_unreachable()
    {
        var (lower, higher) = await FormTwo(KeepMajority);
        var third = Start(KeepMajority);
        await third.JoinAsync(lower.SelfAddress).WaitAsync(Limit);
        var events = await Listen(lower);
        await Crash(third);
        await Until(events, e => e is UnreachableMember);

        var newcomer = Start(KeepMajority);
        newcomer.Join(lower.SelfAddress);

        var seen = await Until(events, e => e is MemberUp { Member: var member } && member.UniqueAddress.Equals(newcomer.SelfUniqueAddress));
        Assert.Contains(seen, e => e is MemberDowned { Member: var member } && member.UniqueAddress.Equals(third.SelfUniqueAddress));
        Assert.Equal(MemberStatus.Up, higher.SelfMember.Status);
    }

    private static async Task<MemberRemoved> Removal(ChannelReader<IClusterDomainEvent> events, AkkaCluster node) =>
        (MemberRemoved)(await Until(events, e => e is MemberRemoved { Member: var member } && member.UniqueAddress.Equals(node.SelfUniqueAddress)))[^1];

    /// <summary>Everything up to and including the first event that fits.</summary>
    private static async Task<List<IClusterDomainEvent>> Until(ChannelReader<IClusterDomainEvent> events, Predicate<IClusterDomainEvent> last)
    {
        using var limit = new CancellationTokenSource(Limit);
        var seen = new List<IClusterDomainEvent>();
        do seen.Add(await events.ReadAsync(limit.Token));
        while (!last(seen[^1]));
        return seen;
    }

    /// <summary>What a node without a test kit sees from now on.</summary>
    private static async Task<ChannelReader<IClusterDomainEvent>> Listen(AkkaCluster node)
    {
        var events = Channel.CreateUnbounded<IClusterDomainEvent>();
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.System.ActorOf(Props.Create(() => new Listener(node, events.Writer, listens)));
        await listens.Task.WaitAsync(Limit);
        return events.Reader;
    }

    private sealed class Listener : ReceiveActor
    {
        private readonly AkkaCluster _node;

        public Listener(AkkaCluster node, ChannelWriter<IClusterDomainEvent> events, TaskCompletionSource listens)
        {
            _node = node;
            Receive<CurrentClusterState>(_ => listens.SetResult());
            Receive<IClusterDomainEvent>(e => events.TryWrite(e));
        }

        protected override void PreStart() => _node.Subscribe(Self, typeof(IMemberEvent), typeof(IReachabilityEvent));
    }

    private async Task<(AkkaCluster Lower, AkkaCluster Higher)> FormTwo(string settings)
    {
        var first = Start(settings);
        var second = Start(settings);
        await first.JoinAsync(first.SelfAddress).WaitAsync(Limit);
        await second.JoinAsync(first.SelfAddress).WaitAsync(Limit);
        foreach (var node in new[] { first, second })
        {
            await AwaitConditionAsync(
                () => Task.FromResult(node.State.Members.Count == 2 && node.State.Members.All(member => member.Status == MemberStatus.Up)), Limit, TimeSpan.FromMilliseconds(10));
        }

        return Member.AddressOrdering.Compare(first.SelfAddress, second.SelfAddress) < 0 ? (first, second) : (second, first);
    }
}

using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Simulation.CoreTests;

/// <summary>
/// One core with a log that is only a timeline. Effects are carried out when they are taken; what a test wants to decide itself (saves,
/// flushes, cuts) it switches off.
/// </summary>
internal sealed class TestReplica
{
    public const long ElectionTimeout = 1_000_000;

    private readonly Queue<Effect> _held = new();

    public TestReplica(
        Configuration configuration,
        int self,
        TermTable? terms = null,
        Lsn last = default,
        Lsn commit = default,
        Lsn? flushed = null,
        ReplicaState? state = null,
        Lsn? first = null,
        ReplicaSettings? settings = null,
        bool counts = true,
        bool diverged = false)
    {
        Now = 10_000_000;
        Node = Id(self);
        terms ??= new TermTable();
        Core = new ReplicaCore(new ReplicaStart
        {
            Node = Node,
            State = state ?? new ReplicaState(terms.Last.Term, null, 1),
            Configurations = [configuration],
            Terms = terms,
            First = first ?? Lsn.First,
            Last = last,
            Flushed = flushed ?? last,
            Commit = commit,
            Settings = settings ?? new ReplicaSettings(),
            Seed = (ulong)self,
            Now = Now,
            Counts = counts,
            Diverged = diverged,
        });
        Run();
    }

    public ReplicaCore Core { get; }

    public Guid Node { get; }

    public long Now { get; set; }

    /// <summary>All effects so far, carried out or not, for tests to look at.</summary>
    public List<Effect> Effects { get; } = [];

    public bool HoldSaves { get; set; }

    public bool HoldCuts { get; set; }

    public bool HoldInstalls { get; set; }

    /// <summary>The log's digest after the next records.</summary>
    public ulong? Digest { get; set; }

    public bool RefuseRecords { get; set; }

    /// <summary>What the next records hold besides being there.</summary>
    public Action<ReplicaCore>? OnAppend { get; set; }

    public static Guid Id(int index) => new(index + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static Configuration Voters(int count) => new(Lsn.None, [.. Enumerable.Range(0, count).Select(i => new Member(Id(i), 1))], []);

    public static TermTable Timeline(params (long Term, long First)[] entries)
    {
        var terms = new TermTable();
        foreach ((long term, long first) in entries)
            terms.Append(new Term(term), new Lsn(first));
        return terms;
    }

    public List<Effect> Of(EffectKind kind) => Effects.FindAll(e => e.Kind == kind);

    public Effect Last(EffectKind kind) => Of(kind)[^1];

    /// <summary>An input and all that follows from it. Only its effects are in <see cref="Effects"/> afterwards.</summary>
    public TestReplica Do(Action<ReplicaCore> input)
    {
        Effects.Clear();
        input(Core);
        Run();
        return this;
    }

    public TestReplica TickAfter(long micros)
    {
        Now += micros;
        return Do(core => core.Tick(Now));
    }

    /// <summary>Completes what was held.</summary>
    public TestReplica Release() => Do(_ =>
    {
        while (_held.TryDequeue(out Effect effect))
            Complete(effect);
    });

    /// <summary>Makes it the leader of its next term, by votes of all others.</summary>
    public TestReplica Elect()
    {
        TickAfter(3 * ElectionTimeout);
        VoteRequest question = Last(EffectKind.SendVoteRequest).VoteRequest;
        GrantAll(question);
        GrantAll(Last(EffectKind.SendVoteRequest).VoteRequest);
        return this;
    }

    public PullAnswer CompleteLastAnswer(Lsn last)
    {
        PullAnswer answer = Last(EffectKind.AnswerWithRecords).PullAnswer;
        if (!Core.TryCompleteAnswer(ref answer, last))
            throw new InvalidOperationException("the answer is void");
        return answer;
    }

    private void GrantAll(VoteRequest request)
    {
        Guid[] others = [.. Core.Configuration.Voters.Select(v => v.Node).Where(n => n != Node)];
        Do(core =>
        {
            foreach (Guid other in others)
                core.Receive(other, new VoteReply { PreVote = request.PreVote, Term = request.Term, Incarnation = 1, Round = request.Round, Granted = true }, Now);
        });
    }

    private void Run()
    {
        while (Core.TryTakeEffect(out Effect effect))
        {
            Effects.Add(effect);
            if ((effect.Kind == EffectKind.PersistState && HoldSaves) || (effect.Kind == EffectKind.CutAfter && HoldCuts) || (effect.Kind == EffectKind.InstallSnapshot && HoldInstalls))
                _held.Enqueue(effect);
            else
                Complete(effect);
        }
    }

    private void Complete(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.PersistState:
                Core.StatePersisted(effect.State, Now);
                break;
            case EffectKind.CutAfter:
                Core.CutDone(effect.Lsn, Now);
                break;
            case EffectKind.InstallSnapshot:
                Core.SnapshotInstalled(Now);
                break;
            case EffectKind.AppendNoOp:
                Core.NoOpAppended(Core.Last.Next, Now);
                break;
            case EffectKind.AppendConfiguration when RefuseRecords:
                Core.ConfigurationRefused(Now);
                break;
            case EffectKind.AppendConfiguration:
                Core.ConfigurationAppended(effect.Configuration!.At(Core.Last.Next));
                Core.LeaderAppended(Core.Last.Next, Now);
                break;
            case EffectKind.AppendRecords when RefuseRecords:
                Core.RecordsRefused(Now);
                break;
            case EffectKind.AppendRecords:
                OnAppend?.Invoke(Core);
                OnAppend = null;
                Core.RecordsAppended(effect.PullAnswer.Last, Now, Digest);
                break;
        }
    }
}

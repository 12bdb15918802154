using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class TimelineTests
{
    [Fact]
    public void The_common_point_is_that_of_a_record_by_record_comparison()
    {
        var random = new SimulationRandom(1);
        for (int i = 0; i < 20_000; i++)
        {
            // Two branches of one history: a common stem, then terms that only one of them has.
            List<long> stem = Grow([], random, odd: null);
            List<long> own = Grow([.. stem], random, odd: true);
            List<long> leader = Grow([.. stem], random, odd: false);
            int common = 0;
            while (common < Math.Min(own.Count, leader.Count) && own[common] == leader[common])
                common++;
            TermStart[] entries = Timeline.EntriesThrough(TableOf(leader), new Lsn(Math.Min(own.Count, leader.Count)), 1024);
            Assert.Equal(new Lsn(common), Timeline.CommonPoint(TableOf(own), new Lsn(own.Count), entries, new Lsn(leader.Count)));
        }
    }

    [Fact]
    public void A_shortened_timeline_never_leads_to_a_cut_of_common_records()
    {
        var random = new SimulationRandom(2);
        for (int i = 0; i < 20_000; i++)
        {
            List<long> stem = Grow([], random, odd: null);
            List<long> own = Grow([.. stem], random, odd: true);
            List<long> leader = Grow([.. stem], random, odd: false);
            int common = 0;
            while (common < Math.Min(own.Count, leader.Count) && own[common] == leader[common])
                common++;
            TermStart[] entries = Timeline.EntriesThrough(TableOf(leader), new Lsn(Math.Min(own.Count, leader.Count)), 1);
            Lsn keep = Timeline.CommonPoint(TableOf(own), new Lsn(own.Count), entries, new Lsn(leader.Count));
            Assert.True(keep >= new Lsn(common), $"{keep} cuts common records up to {common}");
            if (entries.Length > 0 && own.Count > common && leader.Count > common)
                Assert.True(keep < new Lsn(own.Count), "every round makes progress");
        }
    }

    [Fact]
    public void Term_starts_that_cannot_be_are_refused()
    {
        Assert.True(Timeline.IsContinuation([], new Lsn(3), new Term(2), new Lsn(5), new Term(4)));
        Assert.True(Timeline.IsContinuation([Start(3, 4), Start(4, 5)], new Lsn(3), new Term(2), new Lsn(5), new Term(4)));
        Assert.False(Timeline.IsContinuation([Start(2, 4)], new Lsn(3), new Term(2), new Lsn(5), new Term(4)));
        Assert.False(Timeline.IsContinuation([Start(5, 4)], new Lsn(3), new Term(2), new Lsn(5), new Term(4)));
        Assert.False(Timeline.IsContinuation([Start(3, 3)], new Lsn(3), new Term(2), new Lsn(5), new Term(4)));
        Assert.False(Timeline.IsContinuation([Start(3, 6)], new Lsn(3), new Term(2), new Lsn(5), new Term(4)));
        Assert.False(Timeline.IsContinuation([], Lsn.None, Term.None, new Lsn(1), new Term(4)));
        Assert.False(Timeline.IsContinuation([Start(1, 2)], Lsn.None, Term.None, new Lsn(2), new Term(4)));
    }

    private static TermStart Start(long term, long first) => new(new Term(term), new Lsn(first));

    /// <summary>Adds records whose terms are new: odd ones on one branch, even ones on the other, multiples of 1,000 in the stem.</summary>
    private static List<long> Grow(List<long> terms, SimulationRandom random, bool? odd)
    {
        long term = terms.Count == 0 ? 0 : terms[^1];
        int segments = random.Below(4);
        for (int i = 0; i < segments; i++)
        {
            term += 2 * random.Between(1, 3);
            term = odd switch { true => term | 1, false => term & ~1L, _ => term / 1000 * 1000 + 1000 };
            for (int n = random.Below(4); n >= 0; n--)
                terms.Add(term);
        }

        return terms;
    }

    private static TermTable TableOf(List<long> terms)
    {
        var table = new TermTable();
        for (int i = 0; i < terms.Count; i++)
            table.Append(new Term(terms[i]), new Lsn(i + 1));
        return table;
    }
}

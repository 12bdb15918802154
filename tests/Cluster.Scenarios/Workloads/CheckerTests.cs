using Xunit;
using static Cluster.Scenarios.Workloads.OperationKind;

namespace Cluster.Scenarios.Workloads;

/// <summary>The judges are judged: what must not happen is refused, what may happen is not.</summary>
public class CheckerTests
{
    [Theory]
    [InlineData("a read of a value that was overwritten before it began", "1 Set a OK 1 2|1 Set b OK 3 4|2 Get - a 5 6")]
    [InlineData("a lost write", "1 Set a OK 1 2|2 Get - nil 3 4")]
    [InlineData("a value that nobody wrote", "1 Get - a 1 2")]
    [InlineData("two reads that see two writes in two orders", "1 Set a OK 1 9|2 Set b OK 1 9|3 Get - a 10 11|4 Get - b 12 13")]
    [InlineData("a value that came and went", "1 Set a OK 1 2|1 Set b ? 3 -|2 Get - b 4 5|2 Get - a 6 7")]
    [InlineData("a write seen before it began", "2 Get - a 1 2|1 Set a OK 3 4")]
    [InlineData("a name taken twice", "1 SetIfAbsent a OK 1 2|2 SetIfAbsent b OK 3 4")]
    [InlineData("a name that was free and was refused", "1 SetIfAbsent a nil 1 2|2 SetIfAbsent b OK 3 4")]
    [InlineData("a value deleted twice", "1 Set a OK 1 2|2 Delete - 1 3 4|3 Delete - 1 5 6")]
    [InlineData("an increment lost", "1 Increment - 1 1 2|2 Increment - 1 3 4")]
    [InlineData("an increment of unknown outcome done twice", "1 Increment - ? 1 -|2 Get - 2 3 4")]
    [InlineData("an append done twice", "1 Append a 1 1 2|2 Get - aa 3 4")]
    [InlineData("an append of unknown outcome that was seen and is gone", "1 Append a ? 1 -|2 Get - a 3 4|2 Get - nil 5 6")]
    public void A_history_without_an_order_is_refused(string what, string history)
    {
        Assert.True(Linearizability.Check(Parse(history)) == Verdict.Violated, what);
        Assert.NotNull(Linearizability.Explain(Parse(history)));
    }

    [Theory]
    [InlineData("a write of unknown outcome that happens after later ones", "1 Set a ? 1 -|2 Set b OK 2 3|2 Get - b 4 5|2 Get - a 6 7")]
    [InlineData("a write of unknown outcome that never happens", "1 Set a ? 1 -|2 Get - nil 4 5")]
    [InlineData("a read beside a write sees the old", "1 Set a OK 1 2|1 Set b OK 3 9|2 Get - a 4 5|2 Get - b 6 7")]
    [InlineData("two at once in either order", "1 Set a OK 1 9|2 Set b OK 1 9|3 Get - b 10 11|3 Get - b 12 13")]
    [InlineData("a name given back", "1 SetIfAbsent a OK 1 2|1 Delete - 1 3 4|2 SetIfAbsent b OK 5 6|2 Get - b 7 8")]
    [InlineData("numbers beside each other", "1 Increment - 2 1 9|2 Increment - 1 2 8|3 Get - 2 10 11")]
    [InlineData("appends beside each other", "1 Append a 2 1 9|2 Append b 1 1 9|3 Get - ba 10 11")]
    public void A_history_with_an_order_is_accepted(string what, string history)
    {
        Assert.True(Linearizability.Check(Parse(history)) == Verdict.Linearizable, what);
        Assert.Null(Linearizability.Explain(Parse(history)));
    }

    [Fact]
    public void A_stale_read_among_a_thousand_commands_is_found_and_the_end_of_the_explanation_names_it()
    {
        var random = new Random(11);
        var history = RandomHistory(random, 1_000);
        Assert.Equal(Verdict.Linearizable, Linearizability.Check(history));
        int late = history.FindIndex(700, operation => operation is { Kind: Get, IsKnown: true });
        history[late] = history[late] with { Result = history[300].Result ?? "none" };
        Assert.Equal(Verdict.Violated, Linearizability.Check(history));
        Assert.EndsWith($"{history[late]}\n", Linearizability.Explain(history), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "1.0;2.0;1.1;")]
    [InlineData("lost", "1.0;2.0;")]
    [InlineData("twice", "1.0;2.0;1.1;2.0;")]
    [InlineData("after", "1.1;2.0;1.0;")]
    [InlineData("nobody", "1.0;2.0;1.1;3.0;")]
    public void A_list_that_lost_or_doubled_or_turned_round_elements_is_refused(string? expected, string final)
    {
        Operation[] appends = [.. Parse("1 Append 1.0; 4 1 2|2 Append 2.0; 8 3 4|1 Append 1.1; 12 5 6|2 Append 2.1; ? 7 -")];
        string? verdict = ListChecker.Check("list", appends, ["", "1.0;"], final);
        if (expected is null) Assert.Null(verdict);
        else Assert.Contains(expected, verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_was_read_with_an_element_that_is_gone_is_refused() =>
        Assert.Contains("was once", ListChecker.Check("list", Parse("1 Append 1.0; ? 1 -"), ["1.0;"], ""), StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "1 Increment - 1 1 2|2 Increment - 2 3 4|3 Get - 2 5 6")]
    [InlineData(true, "1 Increment - ? 1 -|2 Increment - 2 3 4|3 Get - 2 5 6")]
    [InlineData(true, "1 Increment - 2 1 5|2 Increment - 1 2 4|3 Get - 1 3 6")]
    [InlineData(false, "1 Increment - 1 1 2|2 Increment - 1 3 4")]
    [InlineData(false, "1 Increment - 1 1 2|3 Get - nil 5 6")]
    [InlineData(false, "1 Increment - ? 1 -|3 Get - 2 5 6")]
    public void A_counter_outside_of_its_bounds_is_refused(bool good, string history) => Assert.Equal(good, CounterChecker.Check([.. Parse(history)]) is null);

    /// <summary>`client kind argument result begin end`, between bars.</summary>
    private static List<Operation> Parse(string history) =>
    [
        .. history.Split('|').Select(line =>
        {
            string[] part = line.Split(' ');
            return new Operation(
                int.Parse(part[0]), Enum.Parse<OperationKind>(part[1]), "key", part[2] == "-" ? null : part[2], long.Parse(part[4]),
                part[5] == "-" ? Operation.Never : long.Parse(part[5]), part[3] == "nil" ? null : part[3]);
        }),
    ];

    /// <summary>Commands that overlap, applied each at a time between its begin and its end; some without an answer.</summary>
    private static List<Operation> RandomHistory(Random random, int count)
    {
        var history = new List<Operation>();
        string? state = null;
        for (int i = 0; i < count; i++)
        {
            var kind = random.Next(2) == 0 ? Get : Set;
            var operation = new Operation(i % 5, kind, "key", kind == Set ? $"v{i}" : null, (10 * i) - random.Next(25), (10 * i) + 1 + random.Next(25), null);
            bool answered = random.Next(20) > 0 || kind == Get;
            if (!answered && random.Next(2) == 0)
            {
                history.Add(operation with { End = Operation.Never });
                continue; // and it never happened
            }

            KeyModel.TryStep(state, operation with { End = Operation.Never }, out string? next);
            history.Add(operation with { End = answered ? operation.End : Operation.Never, Result = kind == Get ? state : "OK" });
            state = next;
        }

        return history;
    }
}

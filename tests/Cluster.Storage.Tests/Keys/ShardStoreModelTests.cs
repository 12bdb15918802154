using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class ShardStoreModelTests
{
    [Fact]
    public void Appends_commits_cuts_crashes_and_reopens_leave_another_state_than_the_records_say() =>
        Programs.Check(120, 120, program =>
        {
            using var harness = new StoreHarness(seed: program.FirstOrDefault());
            foreach (var step in program)
                Run(harness, step % 100, step / 100);
            harness.AssertEverything();
        });

    private static void Run(StoreHarness harness, int choice, int seed)
    {
        var pending = harness.Model.Last - harness.Model.Commit;
        switch (choice)
        {
            case < 8:
                harness.Flush();
                break;
            case < 18:
                harness.Commit(harness.Model.Commit + seed % (pending + 1));
                break;
            case < 22:
                harness.Cut(harness.Model.Commit + seed % (pending + 1));
                // What follows a cut comes from another leader.
                harness.Term = harness.Term.Next;
                break;
            case < 24:
                harness.CloseAndReopen();
                break;
            case < 27:
                harness.CrashAndReopen();
                harness.AssertEverything();
                break;
            case < 30:
                harness.FlushKeys();
                break;
            case < 36:
                // Hints are written meanwhile, all of them or some.
                harness.Idle(seed % 40);
                break;
            case < 38:
                harness.AppendControl(seed);
                break;
            case < 45:
                harness.Append([.. Enumerable.Range(0, 2 + seed % 3).Select(i => Operation(seed + 5 * i))]);
                break;
            default:
                harness.Append(Operation(seed));
                break;
        }

        harness.AssertKey(StoreHarness.KeyName(seed));
    }

    private static ModelOperation Operation(int seed)
    {
        var key = StoreHarness.KeyName(seed);
        if (seed % 4 == 0)
            return new ModelOperation(key, null);
        // Mostly short values, some longer than the reader's single read, some empty.
        var value = new byte[seed % 11 == 0 ? 3_000 + seed % 4_000 : seed % 60];
        new Random(seed).NextBytes(value);
        return new ModelOperation(key, value, seed % 5 == 0 ? 1_000_000 + seed : 0);
    }
}

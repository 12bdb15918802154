using Xunit;

namespace Cluster.Actors.Tests.Persistence;

public class PersistenceLogCrashTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("AKKA_LONG") == "1";

    [Fact]
    public void Nothing_acknowledged_is_lost_and_no_half_batch_is_there_whenever_the_power_fails()
    {
        int compactions = 0;
        int lives = IsLong ? 5000 : 100;
        for (int seed = 0; seed < lives; seed++) compactions += Live(seed, failSyncs: false).Compactions;
        Assert.True(compactions > lives, $"only {compactions} compactions in {lives} lives");
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_when_syncs_fail()
    {
        int failed = 0;
        int lives = IsLong ? 3000 : 60;
        for (int seed = 0; seed < lives; seed++) failed += Live(1_000_000 + seed, failSyncs: true).FailedSyncs;
        Assert.True(failed > lives / 2, $"only {failed} failed syncs in {lives} lives");
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_at_any_operation_of_a_life_at_which_the_machine_stops()
    {
        for (int seed = 0; seed < (IsLong ? 30 : 2); seed++)
        {
            int operation = 0;
            while (Crash(seed, operation)) operation++;
            Assert.True(operation > 100, $"seed {seed} has only {operation} operations");
        }
    }

    private static bool Crash(int seed, int operation)
    {
        try
        {
            return new PersistenceLogLife(seed).RunUntilCrash(120, operation);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"seed {seed}, stopped at operation {operation}: {error}", error);
        }
    }

    private static PersistenceLogLife Live(int seed, bool failSyncs)
    {
        PersistenceLogLife life = new(seed, failSyncs);
        try
        {
            life.Run(150);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"seed {seed}{(failSyncs ? ", failing syncs" : "")}: {error}", error);
        }

        return life;
    }
}

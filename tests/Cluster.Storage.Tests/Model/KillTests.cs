using System.Diagnostics;
using System.Globalization;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.TestSupport.Writer;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Storage.Tests.Model;

/// <summary>
/// A process that writes under full load on the real disk is killed, again and again, on the same folder. CLUSTER_KILLS sets how often.
/// Now and then it kills itself at a crash point, or is killed while it opens.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-kill-").FullName;
    private readonly List<(Lsn Lsn, Term Term, int Index, int Length)>[] _history = [.. Enumerable.Range(0, KillLoad.Keys).Select(static _ => new List<(Lsn, Term, int, int)>())];
    private readonly List<Lsn> _flushes = [];
    private Lsn _known;
    private Lsn _merged;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_killed_process_loses_what_it_had_reported_flushed_or_leaves_half_a_record()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_KILLS"), out var wanted) ? wanted : 10;
        var random = new Random(kills);
        long whileOpening = 0, atPoints = 0, reportedInAll = 0;
        var clock = Stopwatch.StartNew();
        for (var kill = 0; kill < kills; kill++)
        {
            var point = random.Next(4) == 0 ? StoreLifeTests.Points[random.Next(StoreLifeTests.Points.Length)] : "";
            var early = kill > 0 && random.Next(6) == 0;
            var reported = RunAndKill(point, early ? 0 : random.Next(1, 60), random, out var killedItself);
            whileOpening += reported == 0 ? 1 : 0;
            atPoints += killedItself ? 1 : 0;
            reportedInAll += reported > 0 ? 1 : 0;
            Check(new Lsn(reported), closesInOrder: random.Next(2) == 0);
        }

        output.WriteLine($"kills: {kills:N0}, {whileOpening} before the first record, {atPoints} at crash points, {_known} records in the end, {_merged} of them merged, {clock.Elapsed.TotalSeconds:N1} s");
        Assert.True(_merged > Lsn.None, "nothing was merged");
        Assert.True(reportedInAll > 0, "no process came to write anything");
    }

    /// <summary>The highest LSN that the process reported.</summary>
    private long RunAndKill(string point, int lines, Random random, out bool killedItself)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Cluster.TestSupport.Writer.dll"));
        start.ArgumentList.Add(_folder);
        start.Environment[EnvironmentCrashPoints.Variable] = point;
        using var child = Process.Start(start)!;
        long reported = 0;
        var killed = false;
        while (child.StandardOutput.ReadLine() is { } line)
        {
            if (long.TryParse(line, CultureInfo.InvariantCulture, out var lsn))
            {
                // The last line may be cut short by the kill: it is then lower.
                reported = Math.Max(reported, lsn);
                lines--;
            }

            if (killed || lines > 0 || line.Length == 0)
                continue;
            Thread.SpinWait(random.Next(100_000));
            child.Kill();
            killed = true;
        }

        child.WaitForExit();
        killedItself = !killed;
        Assert.True(killed || point.Length > 0, "the process ended by itself");
        return reported;
    }

    private void Check(Lsn reported, bool closesInOrder)
    {
        using var pool = new WriterPool(1);
        var store = ShardStore.Open(KillStore.Options(_folder, pool, new FailingListener()));
        Assert.True(store.LastLsn >= reported && store.LastLsn >= _known, $"reported {reported}, found {store.LastLsn}");
        for (var lsn = _known.Next; lsn <= store.LastLsn; lsn = lsn.Next)
            Learn(lsn, store.Terms.TermAt(lsn));
        _known = store.LastLsn;
        var pending = 0;
        for (var key = 0; key < KillLoad.Keys; key++)
        {
            Compare(store, key, store.FindCommitted(KillLoad.NameOf(key)), store.CommitLsn);
            pending += Compare(store, key, store.Find(KillLoad.NameOf(key)), store.LastLsn) ? 1 : 0;
        }

        Assert.Equal(pending, store.CountWithPending());
        _merged = store.MergeStatus.MergedThrough;
        if (closesInOrder)
        {
            using var closed = new ManualResetEventSlim();
            store.Close(_ => closed.Set());
            Assert.True(closed.Wait(TimeSpan.FromSeconds(60)), "a close ends");
        }

        store.Dispose();
    }

    private void Learn(Lsn lsn, Term term)
    {
        if (KillLoad.IsFlush(lsn, term))
        {
            _flushes.Add(lsn);
            return;
        }

        var changes = KillLoad.ChangesAt(lsn, term);
        for (var i = 0; i < changes.Length; i++)
            _history[changes[i].Key].Add((lsn, term, i, changes[i].IsDelete ? -1 : changes[i].ValueLength));
    }

    /// <summary>Whether the key has a value as of that LSN; the store must say the same.</summary>
    private bool Compare(ShardStore store, int key, KeyLookup lookup, Lsn upTo)
    {
        var newest = _history[key].FindLast(change => change.Lsn <= upTo);
        var flushed = _flushes.FindLast(lsn => lsn <= upTo);
        var exists = newest.Lsn > flushed && newest.Length >= 0;
        Assert.True(lookup.Found == exists, $"key {key} as of LSN {upTo} is {(exists ? "missing" : "still there")}");
        if (!exists)
            return false;
        var name = KillLoad.NameOf(key);
        var value = new byte[lookup.ValueLength(name.Length)];
        var expected = new byte[newest.Length];
        KillLoad.Fill(expected, newest.Lsn, newest.Term, newest.Index);
        Assert.Equal(ValueReadOutcome.Copied, store.ReadFromDisk(lookup.Location, name, value));
        Assert.True(expected.AsSpan().SequenceEqual(value), $"key {key} as of LSN {upTo} has another value");
        return true;
    }

    private sealed class FailingListener : ILogListener
    {
        public void Flushed(Lsn through)
        {
        }

        public void FlushFailed(Exception cause) => Environment.FailFast("the disk failed", cause);
    }
}

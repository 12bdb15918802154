using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Model;

/// <summary>Everything that a store shows, compared with what the records of the model add up to.</summary>
internal static class StoreComparison
{
    public const int Keys = 10;

    public static void All(ShardStore store, LogModel model)
    {
        Position(store, model);
        int committed = 0, pending = 0;
        for (var key = 0; key < Keys; key++)
        {
            Key(store, model, key);
            committed += model.Find(key, model.Commit).Value is null ? 0 : 1;
            pending += model.Find(key, model.Last).Value is null ? 0 : 1;
        }

        Assert.Equal(committed, store.Count);
        Assert.Equal(pending, store.CountWithPending());
        Assert.Equal(model.LastPending, store.LastPendingLsn);
        Scan(store, model);
        Expiry(store, model);
        Control(model.NewestOf(RecordKind.Configuration, model.Last), store.LastConfiguration);
        Control(model.NewestOf(RecordKind.Configuration, model.Commit), store.CommittedConfiguration);
        Control(model.NewestOf(RecordKind.Topology, model.Last), store.LastTopology);
        Control(model.NewestOf(RecordKind.Topology, model.Commit), store.CommittedTopology);
        CommittedRecords(store, model);
    }

    public static void Position(ShardStore store, LogModel model)
    {
        Assert.Equal(model.Last, store.LastLsn);
        Assert.Equal(model.Commit, store.CommitLsn);
        Assert.True(model.DigestAt(model.Last) == store.Digest, "the rolling digest is not that of the records");
        Assert.Equal(model.LastTerm, store.LastTerm);
        Assert.True(store.Log.SyncedLsn <= store.FlushedLsn && store.FlushedLsn <= store.LastLsn, "SyncedLsn <= FlushedLsn <= LastLsn");
        Timeline(store, model);
    }

    public static void Key(ShardStore store, LogModel model, int key)
    {
        var name = ModelChange.NameOf(key);
        var newest = model.Find(key, model.Last);
        var lookup = store.Find(name);
        Assert.Equal(newest.Lsn > model.Commit ? newest.Lsn : Lsn.None, lookup.PendingLsn);
        Assert.Equal(newest.ExpiresAt, lookup.ExpiresAt);
        Value(store, lookup, name, newest.Value, newest.ExpiresAt);
        var committed = model.Find(key, model.Commit);
        Value(store, store.FindCommitted(name), name, committed.Value, committed.ExpiresAt);
    }

    /// <summary>Reads the log as a stream from behind an LSN on, from memory or from files; false at its end.</summary>
    public static bool Stream(ShardStore store, LogModel model, Lsn after, int budget, bool fromDisk)
    {
        LogSlice? slice;
        var outcome = fromDisk ? store.Log.ReadFromDisk(after, budget, out slice) : store.Log.TryRead(after, budget, out slice);
        if (outcome == LogReadOutcome.Released)
            Assert.True(after.Next < store.FirstLsn, "what is there is called released");
        if (outcome != LogReadOutcome.Records)
            return false;
        using (slice)
        {
            Assert.Equal(after.Next, slice!.First);
            for (var i = 0; i < slice.RangeCount; i++)
            {
                for (var range = slice.Range(i); !range.IsEmpty;)
                {
                    after = after.Next;
                    var expected = model[after].Bytes;
                    Assert.True(range.Length >= expected.Length && range[..expected.Length].SequenceEqual(expected), $"LSN {after} has other bytes in the log");
                    range = range[expected.Length..];
                }
            }

            Assert.Equal(after, slice.Last);
            Assert.True(model.DigestAt(after) == slice.Digest, "a slice has another digest");
        }

        return true;
    }

    private static void Timeline(ShardStore store, LogModel model)
    {
        var entries = store.Terms.Entries;
        if (model.Last < store.FirstLsn)
            return;
        var at = entries.Length - 1;
        for (var lsn = model.Last; lsn >= store.FirstLsn; lsn -= 1)
        {
            var isStart = lsn.Value == 1 || model[lsn].Term != model[lsn - 1].Term;
            if (!isStart)
                continue;
            Assert.True(at >= 0 && entries[at] == new TermStart(model[lsn].Term, lsn), $"the timeline does not say that a term begins at LSN {lsn}");
            at--;
        }

        Assert.True(at < 0 || store.FirstLsn > Lsn.First, "the timeline has a term too many");
    }

    private static void Scan(ShardStore store, LogModel model)
    {
        var places = new List<ValueLocation>();
        ulong cursor = 0;
        do
            cursor = store.ScanCommitted(cursor, 3, places);
        while (cursor != 0);
        var name = new byte[64];
        var found = new HashSet<int>();
        foreach (var place in places)
        {
            Assert.Equal(ValueReadOutcome.Copied, store.ReadKey(place, name, out var length));
            Assert.True(found.Add(length == 0 ? 0 : name[1]), "a scan shows a key twice");
        }

        for (var key = 0; key < Keys; key++)
            Assert.True(found.Contains(key) == model.Find(key, model.Commit).Value is not null, $"the scan is wrong about key {key}");
    }

    /// <summary>Half of the keys that expire are due at a time between theirs.</summary>
    private static void Expiry(ShardStore store, LogModel model)
    {
        var expiring = 0;
        var times = new List<long>();
        for (var key = 0; key < Keys; key++)
        {
            var committed = model.Find(key, model.Commit);
            if (committed is not { Value: not null, ExpiresAt: not 0 })
                continue;
            expiring++;
            // What a pending record changes is not due.
            if (model.Find(key, model.Last).Lsn <= model.Commit)
                times.Add(committed.ExpiresAt);
        }

        Assert.Equal(expiring, store.ExpiringCount);
        if (times.Count == 0)
            return;
        times.Sort();
        var now = times[times.Count / 2];
        var found = new List<ExpiredKey>();
        var cursor = default(ExpiryCursor);
        do
            store.NextExpired(now, 3, ref cursor, found);
        while (!cursor.IsAtStart);
        Assert.Equal(times.Where(time => time <= now), found.Select(static expired => expired.ExpiresAt));
    }

    private static void Control(ModelRecord? expected, ControlRecord? actual)
    {
        Assert.Equal(expected?.Lsn, actual?.Lsn);
        if (expected is null || actual is null)
            return;
        Assert.Equal((expected.Kind, expected.Term, expected.Timestamp), (actual.Kind, actual.Term, actual.Timestamp));
        Assert.True(actual.Payload.Span.SequenceEqual(expected.Payload), "a configuration has other bytes");
    }

    private static void CommittedRecords(ShardStore store, LogModel model)
    {
        using var reader = store.ReadCommitted(store.FirstLsn - 1);
        for (var lsn = store.FirstLsn; lsn <= model.Commit; lsn = lsn.Next)
        {
            Assert.True(reader.MoveNext(), $"LSN {lsn} of {model.Commit} is missing");
            Assert.True(reader.Current.Bytes.SequenceEqual(model[lsn].Bytes), $"LSN {lsn} has other bytes");
        }

        Assert.False(reader.MoveNext(), "a record behind the commit LSN is shown");
    }

    private static void Value(ShardStore store, KeyLookup lookup, byte[] key, byte[]? expected, long expiresAt)
    {
        Assert.True(lookup.Found == expected is not null, $"key {key.Length} is {(lookup.Found ? "there" : "missing")}");
        if (expected is null)
            return;
        var value = new byte[lookup.ValueLength(key.Length)];
        Assert.Equal(expected.Length, value.Length);
        Assert.Equal(ValueReadOutcome.Copied, store.ReadFromDisk(lookup.Location, key, value));
        Assert.True(expected.AsSpan().SequenceEqual(value), "a value has other bytes");
        if (expiresAt != 0)
            Assert.Equal(ValueReadOutcome.Expired, store.ReadFromDisk(lookup.Location, key, value, now: expiresAt));
    }
}

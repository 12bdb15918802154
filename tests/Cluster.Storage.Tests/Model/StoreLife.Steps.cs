using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Model;

/// <summary>What may happen next; every step is decoded from one number.</summary>
internal sealed partial class StoreLife
{
    public void Step(int number)
    {
        var random = new Random(number);
        Survive(() => Choose(number % 64, random));
        if (_files.IsHalted)
        {
            _report.Count("crashes");
            _report.Points.UnionWith(_points.Seen);
            Reopen(random, powerLoss: random.Next(3) != 0, mayCrash: true);
        }
        else if (_failure is not null)
        {
            MeetFailure(random);
        }

        NoteSynced();
        NoteMerges();
    }

    private void Choose(int choice, Random random)
    {
        switch (choice)
        {
            case < 18:
                AppendAsLeader(random);
                break;
            case < 23:
                AppendAsFollower(random);
                break;
            case < 29:
                RunSome(random);
                break;
            case < 33:
                _scheduler.RunAll();
                break;
            case < 40:
                AdvanceCommit(random);
                break;
            case < 44:
                LetTimePass(random);
                break;
            case < 47:
                Cut(random);
                break;
            case < 49:
                ReadStream(random);
                break;
            case < 50:
                CloseAndReopen(random);
                break;
            case < 52:
                Reopen(random, powerLoss: choice == 50, mayCrash: true);
                break;
            case < 53:
                LetTimePass(random);
                break;
            case < 55:
                _files.CrashAfter = random.Next(25);
                break;
            case < 58:
                _points.CrashAt = StoreLifeTests.Points[random.Next(StoreLifeTests.Points.Length)];
                _points.SkipCount = random.Next(3);
                break;
            case < 60:
                Harm(random);
                break;
            case 60:
                ClearDoubt();
                break;
            case 61:
                Vote(random);
                break;
            case 62:
                Store.ReleaseBelow(new Lsn(random.NextInt64(_model.Last.Value + 2)));
                LetTimePass(random);
                break;
            default:
                if (_failure is null)
                    Examine();
                break;
        }
    }

    /// <summary>The shard is poisoned: it takes nothing more, and the process or the machine ends, with or without a close.</summary>
    private void MeetFailure(Random random)
    {
        _report.Count("poisoned");
        Assert.Equal(AppendRefusal.Failed, Store.AppendDelete(_term, Now, SessionStamp.None, [1]).Refusal);
        _files.Fault = null;
        _files.FreeSpace = long.MaxValue;
        try
        {
            // Hints and merges may still be at work, and meet the crash that was armed before.
            if (random.Next(2) == 0)
                _scheduler.RunAll();
        }
        catch (SimulatedCrashException)
        {
        }

        if (random.Next(4) == 0 && !_files.IsHalted)
            CloseAndReopen(random);
        else
            Reopen(random, powerLoss: _files.IsHalted || random.Next(3) == 0, mayCrash: true);
    }

    private void AppendAsLeader(Random random)
    {
        if (random.Next(8) == 0)
            _term = _term.Next;
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var kind = ChooseKind(random);
            var timestamp = Now - random.Next(2000);
            var session = random.Next(4) == 0 ? new SessionStamp(new Guid(1, 2, 3, new byte[8]), random.Next(1, 100)) : SessionStamp.None;
            if (kind is not (RecordKind.Keys or RecordKind.FlushKeys))
            {
                AppendControl(kind, timestamp, random);
                continue;
            }

            var changes = kind == RecordKind.Keys ? Changes(random) : [];
            var result = kind == RecordKind.FlushKeys ? Store.AppendFlushKeys(_term, timestamp, session)
                : changes is [var only] && random.Next(3) > 0 ? AppendOne(only, timestamp, session)
                : AppendList(changes, timestamp, session);
            if (result.Appended)
                Assert.Equal(result.Lsn, _model.Append(kind, _term, Store.Log.LastTimestamp, session, changes, []).Lsn);
            else
                NoteRefusal(result.Refusal);
        }

        if (random.Next(5) > 0)
            Store.RequestFlush();
        StoreComparison.Position(Store, _model);
    }

    /// <summary>Records as a leader's log has them, sometimes damaged on the way.</summary>
    private void AppendAsFollower(Random random)
    {
        if (random.Next(8) == 0)
            _term = _term.Next;
        var before = _model.Last;
        var bytes = new List<byte>();
        var timestamp = Math.Max(Store.Log.LastTimestamp, Now);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var kind = ChooseKind(random);
            var changes = kind == RecordKind.Keys ? Changes(random) : [];
            var payload = kind is RecordKind.Configuration or RecordKind.Topology ? BitConverter.GetBytes(random.Next()) : [];
            bytes.AddRange(_model.Append(kind, _term, timestamp += random.Next(3), SessionStamp.None, changes, payload).Bytes);
        }

        var records = bytes.ToArray();
        var digest = _model.DigestAt(_model.Last);
        var damage = random.Next(6);
        if (damage == 0)
            records = records[..^random.Next(1, records.Length)];
        else if (damage == 1)
            digest++;
        try
        {
            var result = Store.AppendEncoded(records, digest);
            Assert.True(damage > 1 || !result.Appended, "damaged records were taken");
            if (!result.Appended)
            {
                _model.CutAfter(before);
                NoteRefusal(result.Refusal);
            }

            _report.Count("records of a leader");
        }
        catch (StorageException error) when (damage <= 1 && error is InvalidRecordException or DigestMismatchException)
        {
            _report.Count("records of a leader refused");
            _model.CutAfter(before);
        }

        Store.RequestFlush();
        StoreComparison.Position(Store, _model);
    }

    private void AppendControl(RecordKind kind, long timestamp, Random random)
    {
        var payload = kind is RecordKind.Configuration or RecordKind.Topology ? BitConverter.GetBytes(random.Next()) : [];
        try
        {
            var lsn = kind switch
            {
                RecordKind.Configuration => Store.AppendConfiguration(_term, timestamp, payload),
                RecordKind.Topology => Store.AppendTopology(_term, timestamp, payload),
                RecordKind.Time => Store.AppendTime(_term, timestamp),
                _ => Store.AppendNoOp(_term, timestamp),
            };
            Assert.Equal(lsn, _model.Append(kind, _term, Store.Log.LastTimestamp, SessionStamp.None, [], payload).Lsn);
            _report.Count("control records");
        }
        catch (StorageFailedException error) when (error.Failure == StorageFailure.Overloaded)
        {
            NoteRefusal(AppendRefusal.LogFull);
        }
    }

    private void NoteRefusal(AppendRefusal refusal)
    {
        _report.Count($"refused: {refusal}");
        Assert.True(refusal != AppendRefusal.Failed && refusal != AppendRefusal.TooLarge, refusal.ToString());
        Assert.True(refusal != AppendRefusal.DiskFull || _stalled, "a full disk was reported");
    }

    private void RunSome(Random random)
    {
        for (var i = random.Next(1, 6); i > 0 && _scheduler.HasWork; i--)
            _scheduler.RunOne(random);
    }

    private void AdvanceCommit(Random random)
    {
        // Mostly what is flushed here; a majority of others may also be ahead of this disk.
        var most = random.Next(3) == 0 ? _model.Last : Lsn.Max(_model.Commit, Lsn.Min(Store.FlushedLsn, _model.Last));
        var commit = _model.Commit + random.NextInt64(most - _model.Commit + 1);
        if (random.Next(3) > 0)
            commit = most;
        if (commit > Store.FlushedLsn)
            _report.Count("commits ahead of the own disk");
        Store.AdvanceCommit(commit);
        _model.Commit = commit;
    }

    private void LetTimePass(Random random)
    {
        for (var i = random.Next(1, 20); i > 0 && !_files.IsHalted; i--)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(9) == 0 ? random.Next(900) : 2));
            _scheduler.RunAll();
            if (random.Next(3) > 0)
                Store.ReclaimMemory();
        }

        if (random.Next(2) == 0 && _files.FreeSpace != long.MaxValue && !_files.IsHalted)
        {
            _report.Count("space again");
            _files.FreeSpace = long.MaxValue;
            _time.Advance(TimeSpan.FromMilliseconds(300));
            _scheduler.RunAll();
            Assert.True(!_stalled || _failure is not null || _files.IsHalted, "it goes on by itself when there is space again");
        }
    }

    private void Cut(Random random)
    {
        if (_stalled)
            return;
        var keep = _model.Commit + random.NextInt64(_model.Last - _model.Commit + 1);
        var sealedThrough = Store.Log.SealedThrough;
        _cutting = keep;
        Exception? error = null;
        var called = false;
        Store.CutAfter(keep, failure =>
        {
            error = failure;
            called = true;
        });
        _scheduler.RunAll();
        if (!called || error is not null)
        {
            Assert.True(_files.IsHalted || _failure is not null || _stalled, error?.ToString());
            if (!called && _stalled && !_files.IsHalted)
                Reopen(random, powerLoss: random.Next(2) == 0, mayCrash: true);
            return;
        }

        if (keep < _model.Last)
            _report.Count(keep < sealedThrough ? "cuts inside what is sealed" : "cuts");
        _model.CutAfter(keep);
        _acknowledged = Lsn.Min(_acknowledged, keep);
        _synced = Lsn.Min(_synced, keep);
        _cutting = null;
        _term = _term.Next;
        Examine();
    }

    private void ReadStream(Random random)
    {
        var after = Lsn.Max(new Lsn(random.NextInt64(_model.Last.Value + 1)), Store.FirstLsn - random.Next(2));
        var fromDisk = random.Next(2) == 0;
        try
        {
            _report.Count(StoreComparison.Stream(Store, _model, after, random.Next(1, 5000), fromDisk) ? "stream reads" : "stream reads of nothing");
        }
        catch (StorageFailedException) when (_files.Fault is not null)
        {
            _report.Count("reads that failed");
        }
    }

    /// <summary>Also while reads fail now and then: an error is told, and the next read is good.</summary>
    private void Examine()
    {
        try
        {
            StoreComparison.All(Store, _model);
        }
        catch (StorageFailedException) when (_files.Fault is not null)
        {
            _report.Count("reads that failed");
            _files.Fault = null;
            StoreComparison.All(Store, _model);
        }
    }

    private void ClearDoubt()
    {
        if (_stalled)
            return;
        Exception? error = null;
        Store.Log.ClearDoubt(failure => error = failure);
        _scheduler.RunAll();
        if (error is null && !_files.IsHalted)
            _mayBeDoubtful = false;
    }

    /// <summary>A promise in the node's file: once it is reported or read it is never forgotten.</summary>
    private void Vote(Random random)
    {
        var state = new ShardReplicaState(_promised.Term.Next, new Guid(random.Next(), 1, 1, new byte[8]), 1);
        var done = false;
        _asked.Add(state);
        _node!.Save(0, state, error =>
        {
            done = true;
            if (error is null)
                _promised = state;
        });
        if (random.Next(2) == 0)
            return;
        _scheduler.RunAll();
        Assert.True(done || _files.IsHalted, "a save ends");
        _report.Count("promises");
    }

    private static RecordKind ChooseKind(Random random) => random.Next(24) switch
    {
        0 => RecordKind.FlushKeys,
        1 => RecordKind.NoOp,
        2 => RecordKind.Configuration,
        3 => RecordKind.Topology,
        4 => RecordKind.Time,
        _ => RecordKind.Keys,
    };

    private ModelChange[] Changes(Random random)
    {
        var changes = new ModelChange[random.Next(3) == 0 ? random.Next(2, 5) : 1];
        for (var i = 0; i < changes.Length; i++)
        {
            byte[]? value = null;
            if (random.Next(4) > 0)
            {
                // Mostly short, some longer than a segment and than the buffer.
                value = new byte[random.Next(40) == 0 ? random.Next(9000) : random.Next(8) == 0 ? random.Next(700) : random.Next(60)];
                random.NextBytes(value);
            }

            changes[i] = new ModelChange(random.Next(StoreComparison.Keys), value, value is not null && random.Next(5) == 0 ? Now + random.Next(1, 100_000) : 0);
        }

        return changes;
    }

    private AppendResult AppendOne(in ModelChange change, long timestamp, in SessionStamp session) => change.Value is null
        ? Store.AppendDelete(_term, timestamp, session, ModelChange.NameOf(change.Key))
        : Store.AppendPut(_term, timestamp, session, ModelChange.NameOf(change.Key), change.Value, change.ExpiresAt);

    private AppendResult AppendList(ModelChange[] changes, long timestamp, in SessionStamp session)
    {
        var source = new List<byte>();
        var list = new KeyOperation[changes.Length];
        for (var i = 0; i < changes.Length; i++)
        {
            var key = ModelChange.NameOf(changes[i].Key);
            var value = changes[i].Value ?? [];
            list[i] = new KeyOperation(
                changes[i].Value is null ? KeyOperationKind.Delete : KeyOperationKind.Put, source.Count, key.Length, source.Count + key.Length, value.Length, changes[i].ExpiresAt);
            source.AddRange(key);
            source.AddRange(value);
        }

        return Store.AppendKeys(_term, timestamp, session, source.ToArray(), list);
    }

    private void Harm(Random random)
    {
        var kind = random.Next(8);
        if (kind == 0)
        {
            _report.Count("full disks");
            _files.FreeSpace = random.Next(3000);
            return;
        }

        var skip = random.Next(4);
        _files.Fault = operation =>
        {
            var meant = kind switch
            {
                1 or 2 => operation.Name == "sync",
                3 => operation.Name == "sync folder",
                4 => operation.Name == "write",
                5 => operation.Name == "read",
                6 => operation.Name is "rename" or "delete" or "create" or "truncate",
                _ => operation.Name.StartsWith("sync", StringComparison.Ordinal),
            };
            if (!meant || skip-- != 0)
                return null;
            _report.Count("failed: " + operation.Name);
            return new StorageFailedException(StorageFailure.Io, operation.Name, operation.Path, 5);
        };
    }
}

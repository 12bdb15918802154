using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

/// <summary>
/// Random life of one log with crashes, next to a model: what was acknowledged is there after every restart, nothing else ever was, and
/// the same seed does the same.
/// </summary>
internal sealed class CrashModel
{
    private readonly Random _random;
    private readonly List<(Term Term, byte[] Payload)> _records = [];
    private LogBench _bench;
    private Lsn _acknowledged;
    private Lsn _commit;
    private Lsn? _cutting;

    private readonly bool _failSyncs;

    public CrashModel(int seed, bool failSyncs = false)
    {
        _random = new Random(seed);
        _failSyncs = failSyncs;
        _bench = new LogBench(seed) { SegmentBytes = _random.Next(300, 3000), BufferBytes = 64 << 10 };
    }

    public HashSet<string> PointsSeen { get; } = [];

    public int Crashes { get; private set; }

    public int Copies { get; private set; }

    public void Run(int steps, string? crashPoint = null)
    {
        Open();
        for (var i = 0; i < steps; i++)
        {
            if (crashPoint is not null && _bench.CrashPoints.CrashAt is null)
            {
                _bench.CrashPoints.CrashAt = crashPoint;
                _bench.CrashPoints.SkipCount = _random.Next(4);
            }

            Step(crashPoint is null);
            PointsSeen.UnionWith(_bench.CrashPoints.Seen);
            if (_bench.Files.IsHalted)
                Restart(powerLoss: true, crashPoint);
        }

        _bench.Files.CrashAfter = -1;
        _bench.CrashPoints.CrashAt = null;
        _bench.Files.Fault = null;
        _bench.Flush();
        Note();
        Restart(powerLoss: _random.Next(2) == 0, null);
        Assert.Null(_bench.Close());
    }

    private void Step(bool mayCrash)
    {
        switch (_random.Next(12))
        {
            case < 5:
                AppendBurst();
                break;
            case 5:
                _bench.Scheduler.Write();
                break;
            case < 8:
                _bench.Scheduler.RunAll();
                if (_failSyncs && _random.Next(10) == 0)
                    FailNextSync();
                break;
            case 8:
                if (_commit < _acknowledged && _bench.Log.Failure is null)
                    _bench.Log.SetCommitLsn(_commit += _random.NextInt64(_acknowledged - _commit + 1));
                break;
            case 9:
                _bench.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(800)));
                break;
            case 10:
                if (_random.Next(4) == 0)
                    Cut();
                break;
            default:
                if (_random.Next(5) == 0)
                    Restart(powerLoss: _random.Next(2) == 0, null);
                else if (mayCrash && _random.Next(3) == 0)
                    _bench.Files.CrashAfter = _random.Next(25);
                break;
        }

        Note();
    }

    private void AppendBurst()
    {
        if (_bench.Log.Failure is not null)
            return;
        if (_random.Next(6) == 0)
            _bench.Term = _bench.Term.Next;
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            var length = _random.Next(8) == 0 ? _random.Next(4000) : _random.Next(120);
            var payload = LogBench.Payload(_random.Next(), _bench.Term.Value, length);
            _bench.Append(payload);
            _records.Add((_bench.Term, payload));
            if (_random.Next(10) == 0)
            {
                _bench.Log.Append(RecordKind.Keys, _bench.Term, 0, SessionStamp.None, _random.Next(1000));
                _bench.Log.Abandon();
            }
        }

        _bench.Log.RequestFlush();
    }

    private void Cut()
    {
        if (_bench.Log.Failure is not null || _bench.Files.IsHalted)
            return;
        var last = _bench.Log.LastLsn;
        var keep = _commit + _random.NextInt64(last - _commit + 1);
        _cutting = keep;
        Exception? error = null;
        var called = false;
        _bench.Log.CutAfter(keep, result =>
        {
            error = result;
            called = true;
        });
        _bench.Scheduler.RunAll();
        var before = _bench;
        Note();
        if (_bench != before)
            return; // there was nothing to cut, but the flush beside it failed
        if (!called || error is not null)
        {
            Assert.True(_bench.Files.IsHalted || _failSyncs, error?.ToString());
            return;
        }

        Assert.Equal(keep, _bench.Log.LastLsn);
        Truncate(keep);
        _bench.ForgetFlushed();
        _cutting = null;
        _bench.Term = _bench.Term.Next;
    }

    /// <summary>What the log has told its listener.</summary>
    private void Note()
    {
        if (_cutting is null)
            _acknowledged = Lsn.Max(_acknowledged, _bench.Flushed);
        if (_bench.Failure is null || _bench.Files.IsHalted)
            return;
        Assert.True(_failSyncs, _bench.Failure.ToString());

        // The mark of the failure reaches the disk or not; then the node restarts its process, or worse.
        _bench.Files.Fault = null;
        if (_random.Next(2) == 0)
            _bench.Scheduler.RunAll();
        Restart(powerLoss: _bench.Files.IsHalted || _random.Next(3) == 0, null);
    }

    private void FailNextSync()
    {
        var skip = _random.Next(4);
        _bench.Files.Fault = operation =>
        {
            if (!operation.Name.StartsWith("sync", StringComparison.Ordinal) || operation.Path.StartsWith("/data/node", StringComparison.Ordinal) || skip-- != 0)
                return null;
            return new StorageFailedException(StorageFailure.Io, operation.Name, operation.Path, 5);
        };
    }

    private void Open()
    {
        if (_failSyncs)
            _bench.NodeState = NodeStateFile.Open(LogBench.Root, _bench.Environment, LogBench.ClusterId);
        _bench.Open();
        Copies += _bench.Events.Copied.Count;
    }

    private void Restart(bool powerLoss, string? crashPoint)
    {
        var timesCrashed = 0;
        while (true)
        {
            Crashes++;
            _bench = _bench.Restart(_random.Next(), powerLoss);
            // Recovery itself may crash as well.
            if (timesCrashed < 3 && _random.Next(3) == 0)
                _bench.Files.CrashAfter = _random.Next(12);
            if (timesCrashed < 3 && _failSyncs && _random.Next(4) == 0)
                FailNextSync();
            if (timesCrashed < 3 && crashPoint is not null)
                _bench.CrashPoints.CrashAt = crashPoint;
            try
            {
                Open();
                PointsSeen.UnionWith(_bench.CrashPoints.Seen);
                _bench.Files.CrashAfter = -1;
                _bench.Files.Fault = null;
                _bench.CrashPoints.CrashAt = null;
                break;
            }
            catch (SimulatedCrashException)
            {
                PointsSeen.UnionWith(_bench.CrashPoints.Seen);
                timesCrashed++;
                powerLoss = true;
            }
            catch (StorageFailedException) when (_failSyncs)
            {
                timesCrashed++;
                _bench.Files.Fault = null;
                if (_random.Next(2) == 0)
                    _bench.Scheduler.RunAll();
                powerLoss = _bench.Files.IsHalted;
            }
        }

        Compare();
    }

    private void Compare()
    {
        var last = _bench.Log.LastLsn;
        var floor = _cutting is { } keep ? Lsn.Min(_acknowledged, keep) : _acknowledged;
        Assert.True(last >= floor, $"acknowledged {floor}, found {last}");
        Assert.True(last.Value <= _records.Count, "more than was ever appended");
        Assert.Equal(last.Value, _bench.Replayed.Count);
        for (var i = 0; i < _bench.Replayed.Count; i++)
        {
            Assert.Equal(i + 1, _bench.Replayed[i].Lsn.Value);
            Assert.Equal(_records[i].Term, _bench.Replayed[i].Term);
            Assert.Equal(_records[i].Payload, _bench.Replayed[i].Payload);
        }

        Assert.Equal(last, _bench.Log.FlushedLsn);
        Assert.True(_bench.Log.Recovery.CommitLsn <= last);
        Assert.True(_bench.Log.Recovery.CommitLsn <= _commit);
        Truncate(last);
        _acknowledged = last;
        _cutting = null;

        // What was committed but lost was never acknowledged; a real replica would get it again.
        _commit = Lsn.Min(_commit, last);
        _bench.Log.SetCommitLsn(_commit);
        _bench.Term = _bench.Term.Next;
        if (_records.Count > 0 && _bench.Term <= _records[^1].Term)
            _bench.Term = _records[^1].Term.Next;
    }

    private void Truncate(Lsn last)
    {
        _records.RemoveRange((int)last.Value, _records.Count - (int)last.Value);
        _acknowledged = Lsn.Min(_acknowledged, last);
    }
}

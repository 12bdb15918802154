using System.Text;
using Cluster.Actors.Persistence.Log;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Persistence;

/// <summary>
/// Random life of one log on a simulated disk, next to a model. After every restart it holds what some prefix of the operations makes of the model, and
/// that prefix has everything that was acknowledged: so nothing acknowledged is lost, no half batch is there, and no number is given twice.
/// </summary>
internal sealed class PersistenceLogLife
{
    private const string Root = "/data";

    private static readonly string[] Ids = ["a", "b", "c", "ü-4"];

    private readonly Random _random;
    private readonly bool _failSyncs;
    private readonly List<(Action<LogModel> Apply, Task Done)> _since = [];
    private readonly List<Action> _blocking = [];
    private readonly ManualTimeProvider _time = new();
    private readonly int _segmentBytes;
    private SimulatedFileLayer _files = new();
    private ManualScheduler _scheduler;
    private PersistenceLog? _log;
    private LogModel _base = new();
    private LogModel _now = new();
    private Guid _boot;
    private Exception? _compactionFailure;

    public PersistenceLogLife(int seed, bool failSyncs = false)
    {
        _random = new Random(seed);
        _failSyncs = failSyncs;
        _segmentBytes = _random.Next(600, 4000);
        _scheduler = new ManualScheduler(_time);
        _boot = NewGuid();
        _files.CreateFolder(Root);
        _files.SyncFolder("/");
    }

    public int Restarts { get; private set; }

    public int Compactions { get; private set; }

    public int FailedSyncs { get; private set; }

    /// <summary>Changing calls that the disk has seen since the last restart.</summary>
    public int Operations => _files.OperationCount;

    public bool HasCrashed => _files.IsHalted;

    public void Run(int steps)
    {
        Open();
        for (int i = 0; i < steps; i++)
        {
            Step(mayCrash: true);
            if (_files.IsHalted) Restart(powerLoss: true);
            else if (IsPoisoned()) Restart(powerLoss: _random.Next(3) == 0);
        }

        End();
    }

    /// <summary>The same steps, but the machine stops at exactly that operation. False if they end before it.</summary>
    public bool RunUntilCrash(int steps, int operation)
    {
        _files.CrashAfter = operation;
        try
        {
            Open();
            for (int i = 0; i < steps && !_files.IsHalted; i++) Step(mayCrash: false);
        }
        catch (SimulatedCrashException)
        {
        }

        if (!_files.IsHalted) return false;
        Restart(powerLoss: true);
        End();
        return true;
    }

    private void End()
    {
        _files.CrashAfter = -1;
        _files.Fault = null;
        Settle();
        Restart(powerLoss: _random.Next(2) == 0);
    }

    private void Step(bool mayCrash)
    {
        switch (_random.Next(14))
        {
            case < 6:
                Write();
                break;
            case < 8:
                Delete();
                break;
            case 8:
                _scheduler.Write();
                break;
            case < 11:
                _scheduler.RunAll();
                if (_failSyncs && _random.Next(8) == 0) FailNextSync();
                break;
            case 11:
                RunBlocking();
                break;
            case 12:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(800)));
                break;
            default:
                if (mayCrash && _random.Next(3) == 0) _files.CrashAfter = _random.Next(20);
                else if (mayCrash && _random.Next(4) == 0) Restart(powerLoss: _random.Next(2) == 0);
                else if (!_files.IsHalted && !IsPoisoned()) Settle();
                break;
        }
    }

    private void Write()
    {
        if (IsPoisoned()) return;
        string id = Ids[_random.Next(Ids.Length)];
        // Now and then a second writer gives a number again.
        long number = _random.Next(12) == 0 ? Math.Max(1, _now.HighestOf(id) - 1) : _now.HighestOf(id) + 1;
        List<(long SequenceNr, string Text)> batch = [];
        for (int i = _random.Next(1, 5); i > 0; i--)
            batch.Add((number++, Convert.ToHexString(BitConverter.GetBytes(_random.NextInt64())) + new string('x', _random.Next(_random.Next(8) == 0 ? 2500 : 150))));
        Apply(
            log => log.Write([new EntryBatch(id, [.. batch.Select(entry => new EntryContent(entry.SequenceNr, 7, 1, "w", "", "m", Encoding.UTF8.GetBytes(entry.Text)))])]),
            model => model.Write(id, batch));
    }

    private void Delete()
    {
        if (IsPoisoned()) return;
        string id = Ids[_random.Next(Ids.Length)];
        long to = _random.Next(3) == 0 ? long.MaxValue : _now.HighestOf(id) - _random.Next(6);
        if (_random.Next(5) == 0) Apply(log => log.Remove(id, (number, _) => number == to), model => model.Delete(id, number => number == to));
        else Apply(log => log.DeleteTo(id, to), model => model.Delete(id, number => number <= to));
    }

    private void Apply(Func<PersistenceLog, Task> operation, Action<LogModel> effect)
    {
        _since.Add((effect, operation(_log!)));
        effect(_now);
    }

    private void RunBlocking()
    {
        if (_blocking.Count == 0) return;
        Action work = _blocking[0];
        _blocking.RemoveAt(0);
        work();
        Compactions++;
    }

    /// <summary>Everything reaches the disk; then the log holds exactly what the model says.</summary>
    private void Settle()
    {
        do
        {
            while (_blocking.Count > 0) RunBlocking();
            _scheduler.RunAll();
        }
        while (_blocking.Count > 0);
        if (_files.IsHalted || IsPoisoned()) return;
        Assert.Null(_compactionFailure);
        Assert.All(_since, operation => Assert.True(operation.Done.IsCompletedSuccessfully));
        Assert.Equal(_now.Show(Ids), Show(_log!));
    }

    private bool IsPoisoned()
    {
        try
        {
            _ = _log!.Highest("a");
            return false;
        }
        catch (StorageFailedException)
        {
            Assert.True(_failSyncs || _files.IsHalted, "the log failed without a reason");
            return true;
        }
    }

    private void FailNextSync()
    {
        bool failed = false;
        _files.Fault = operation =>
        {
            if (failed || operation.Name != "sync" || !operation.Path.Contains("wal-", StringComparison.Ordinal)) return null;
            failed = true;
            FailedSyncs++;
            return new StorageFailedException(StorageFailure.Io, "sync", operation.Path, 5);
        };
    }

    private void Restart(bool powerLoss)
    {
        Restarts++;
        _files.Fault = null;
        // The mark of a failed sync reaches the disk, or the power fails before it.
        if (!_files.IsHalted && IsPoisoned() && !powerLoss) _scheduler.RunAll();
        int acknowledged = _since.FindLastIndex(operation => operation.Done.IsCompletedSuccessfully) + 1;
        while (true)
        {
            _files.CrashAfter = -1;
            _files = powerLoss || _files.IsHalted ? _files.AfterPowerLoss(_random) : _files.AfterProcessDeath();
            if (powerLoss) _boot = NewGuid();
            if (_random.Next(4) == 0) _files.CrashAfter = _random.Next(12);
            try
            {
                Open();
                break;
            }
            catch (SimulatedCrashException)
            {
                // It crashes again while it starts.
                powerLoss = true;
            }
        }

        _files.CrashAfter = -1;
        Match(acknowledged);
    }

    /// <summary>Finds the prefix of the operations that the log shows.</summary>
    private void Match(int acknowledged)
    {
        string found = Show(_log!);
        for (int count = acknowledged; count <= _since.Count; count++)
        {
            LogModel candidate = _base.Clone();
            for (int i = 0; i < count; i++) _since[i].Apply(candidate);
            if (candidate.Show(Ids) != found) continue;
            _base = candidate;
            _now = candidate.Clone();
            _since.Clear();
            return;
        }

        LogModel expected = _base.Clone();
        for (int i = 0; i < acknowledged; i++) _since[i].Apply(expected);
        Assert.Fail($"{acknowledged} of {_since.Count} operations were acknowledged, which gives\n{expected.Show(Ids)}\nbut after the restart there is\n{found}");
    }

    private void Open()
    {
        _blocking.Clear();
        _scheduler = new ManualScheduler(_time);
        StorageEnvironment environment = new()
        {
            Files = _files,
            Scheduler = _scheduler,
            Time = _time,
            RandomId = () => (ulong)_random.NextInt64(),
            BootId = _boot,
        };
        NodeStateFile state = NodeStateFile.Open(Root, environment, NewGuid());
        _log = PersistenceLog.Open(new PersistenceLogOptions
        {
            Kind = -2,
            Folder = Root + "/log",
            Environment = environment,
            State = state,
            SegmentBytes = _segmentBytes,
            BufferBytes = 8 << 10,
            TryRunBlocking = work =>
            {
                _blocking.Add(work);
                return true;
            },
            CompactionFailed = error =>
            {
                if (!_files.IsHalted && !_failSyncs) _compactionFailure = error;
            },
        });
    }

    private static string Show(PersistenceLog log) => string.Join('\n', Ids.Select(id => LogModel.Line(
        id,
        log.Highest(id),
        log.Find(id, 0, long.MaxValue, long.MaxValue).Select(entry => log.Read(entry)!).Select(content => (content.SequenceNr, Encoding.UTF8.GetString(content.Payload.Span))))));

    private Guid NewGuid()
    {
        byte[] bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}

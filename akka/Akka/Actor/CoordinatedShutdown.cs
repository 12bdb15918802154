using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Ends a system in phases. The tasks of a phase run side by side, a phase begins when all that it depends on are through; a task
/// that fails or is late is logged and left behind, unless its phase says otherwise (recover = off).
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    /// <summary>Before anything else.</summary>
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    /// <summary>No new clients.</summary>
    public const string PhaseServiceUnbind = "service-unbind";
    /// <summary>Requests under way come to their end.</summary>
    public const string PhaseServiceRequestsDone = "service-requests-done";
    /// <summary>Services stop.</summary>
    public const string PhaseServiceStop = "service-stop";
    /// <summary>Before the node leaves.</summary>
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    /// <summary>Shards move away.</summary>
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    /// <summary>The node leaves.</summary>
    public const string PhaseClusterLeave = "cluster-leave";
    /// <summary>The node is about to go.</summary>
    public const string PhaseClusterExiting = "cluster-exiting";
    /// <summary>The node says that it goes.</summary>
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    /// <summary>The cluster's extension stops.</summary>
    public const string PhaseClusterShutdown = "cluster-shutdown";
    /// <summary>Before the actors stop.</summary>
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    /// <summary>The actors stop.</summary>
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly object _lock = new();
    private readonly IReadOnlyDictionary<string, ShutdownPhase> _phases;
    private readonly IReadOnlyList<string> _order;
    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Task)>> _tasks = new();
    private readonly TaskCompletionSource<Done> _run = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Reason _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        System = system;
        _phases = phases;
        _order = ShutdownPhase.Sort(phases);
        Log = Logging.GetLogger(system, typeof(CoordinatedShutdown));
    }

    /// <summary>The system that it shuts down.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>Null until it runs.</summary>
    public Reason ShutdownReason => _reason;

    /// <summary>Of the phases that have tasks.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_lock) return TimeSpan.FromTicks(_tasks.Keys.Sum(phase => _phases[phase].Timeout.Ticks));
        }
    }

    private ILoggingAdapter Log { get; }

    /// <summary>The system's.</summary>
    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <summary>How long the phase may take.</summary>
    public TimeSpan Timeout(string phase) => _phases.TryGetValue(phase, out ShutdownPhase settings)
        ? settings.Timeout
        : throw new ArgumentException("Unknown phase [" + phase + "]. All phases must be defined in configuration.", nameof(phase));

    /// <summary>A task added while its phase is running, or after it, is not run.</summary>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!_phases.ContainsKey(phase))
        {
            throw new ConfigurationException("Unknown phase [" + phase + "], known phases [" + string.Join(",", _phases.Keys)
                + "]. All phases (along with their optional dependencies) must be defined in configuration.");
        }

        if (string.IsNullOrEmpty(taskName)) throw new ArgumentException("Set a task name when adding tasks to a phase.", nameof(taskName));
        lock (_lock)
        {
            if (!_tasks.TryGetValue(phase, out List<(string, Func<Task<Done>>)> tasks)) _tasks.Add(phase, tasks = new());
            tasks.Add((taskName, task));
        }
    }

    /// <summary>Only the first call counts; every call gives the task of that run.</summary>
    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (fromPhase is not null && !_phases.ContainsKey(fromPhase))
            throw new ConfigurationException("Unknown phase [" + fromPhase + "]");
        lock (_lock)
        {
            if (_reason is not null) return _run.Task;
            _reason = reason;
        }

        // Off the caller's thread: it may be an actor's, or a phase's own.
        _ = Task.Run(() => RunPhases(reason, fromPhase));
        return _run.Task;
    }

    private async Task RunPhases(Reason reason, string fromPhase)
    {
        try
        {
            Log.Debug("Running CoordinatedShutdown with reason [{0}]", reason);
            bool begun = fromPhase is null;
            foreach (string phase in _order)
            {
                begun |= phase == fromPhase;
                if (begun) await RunPhase(phase).ConfigureAwait(false);
            }

            _run.TrySetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _run.TrySetException(e);
        }
    }

    private async Task RunPhase(string name)
    {
        ShutdownPhase phase = _phases[name];
        (string Name, Func<Task<Done>> Task)[] tasks;
        lock (_lock)
        {
            if (!_tasks.TryGetValue(name, out List<(string, Func<Task<Done>>)> registered)) return;
            tasks = registered.ToArray();
        }

        if (!phase.Enabled)
        {
            Log.Info("Phase [{0}] disabled through configuration, skipping [{1}] tasks", name, tasks.Length);
            return;
        }

        Log.Debug("Performing phase [{0}] with [{1}] tasks", name, tasks.Length);
        Task[] running = new Task[tasks.Length];
        for (int i = 0; i < tasks.Length; i++) running[i] = RunTask(phase, name, tasks[i].Name, tasks[i].Task);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private async Task RunTask(ShutdownPhase phase, string phaseName, string taskName, Func<Task<Done>> task)
    {
        try
        {
            // Started elsewhere: a task that blocks before its first await must not hold back its neighbours' time limits.
            await Task.Run(task).WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (phase.Recover)
        {
            // In the last phase the system is on its way out by then; a warning would only alarm.
            if (phaseName != PhaseActorSystemTerminate)
                Log.Warning("Coordinated shutdown phase [{0}] timed out after [{1}] in task [{2}]", phaseName, phase.Timeout, taskName);
        }
        catch (Exception e) when (phase.Recover)
        {
            Log.Warning(e, "Task [{0}] failed in phase [{1}]: {2}", taskName, phaseName, e.Message);
        }
    }

    /// <summary>Why the system ends.</summary>
    public class Reason
    {
        /// <summary>Why the system ends.</summary>
        protected Reason()
        {
        }
    }

    /// <summary>Nobody said why.</summary>
    public class UnknownReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    /// <summary>The system was terminated.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    /// <summary>The process ends.</summary>
    public class ClrExitReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }

    /// <summary>The node was downed.</summary>
    public class ClusterDowningReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }
    }

    /// <summary>The node has left.</summary>
    public class ClusterLeavingReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }
    }

    /// <summary>The node could not join.</summary>
    public class ClusterJoinUnsuccessfulReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }
    }
}

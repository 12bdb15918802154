using System;
using System.Collections;
using System.Collections.Generic;

namespace Akka.Actor.Internal;

/// <summary>What a cell waits for while children that it stopped are still alive.</summary>
internal enum ChildrenPhase
{
    /// <summary>Nothing: children come and go.</summary>
    Normal,

    /// <summary>To make a new instance for the failed one.</summary>
    Recreation,

    /// <summary>To make the instance that could not be made at first.</summary>
    Creation,

    /// <summary>To stop.</summary>
    Termination,

    /// <summary>The cell has stopped; no child can be made any more.</summary>
    Terminated,
}

/// <summary>
/// The children of a cell by name. Look-ups come from any thread (selections, remote messages), changes nearly always from the
/// actor's own; a lock guards both, neither is on the way of a message between actors.
/// </summary>
internal sealed class ChildrenContainer : IEnumerable<IInternalActorRef>
{
    private const int LargeTable = 1024;

    private Dictionary<string, IChildStats> _byName;
    private HashSet<IActorRef> _dying;
    private IInternalActorRef[] _snapshot = [];
    private ChildrenPhase _phase;
    private Exception _cause;

    public ChildrenContainer()
    {
        Stats = new StatsView(this);
    }

    public bool IsNormal
    {
        get
        {
            lock (this) return _phase == ChildrenPhase.Normal;
        }
    }

    public bool IsTerminating
    {
        get
        {
            lock (this) return _phase is ChildrenPhase.Termination or ChildrenPhase.Terminated;
        }
    }

    public bool IsWaitingForChildren
    {
        get
        {
            lock (this) return _phase is ChildrenPhase.Recreation or ChildrenPhase.Creation;
        }
    }

    /// <summary>The children alive now; never changed after it was handed out.</summary>
    public IReadOnlyList<IInternalActorRef> Children
    {
        get
        {
            lock (this) return Snapshot();
        }
    }

    /// <summary>As the collection that strategies are given: most of them never look into it, and a parent may have very many children.</summary>
    public IReadOnlyCollection<ChildRestartStats> Stats { get; }

    public IEnumerator<IInternalActorRef> GetEnumerator() => Children.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes the name before the child exists, so that no two are made under it.</summary>
    public void Reserve(string name, IActorRef parent)
    {
        lock (this)
        {
            if (_phase is ChildrenPhase.Termination or ChildrenPhase.Terminated)
                throw new InvalidOperationException("Cannot reserve actor name '" + name + "' below " + parent + ": terminating or terminated");
            _byName ??= new Dictionary<string, IChildStats>();
            if (!_byName.TryAdd(name, ChildNameReserved.Instance))
                throw new InvalidActorNameException("Actor name \"" + name + "\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (this)
        {
            if (_byName is not null && _byName.TryGetValue(name, out IChildStats entry) && entry is ChildNameReserved) _byName.Remove(name);
        }
    }

    /// <summary>Puts the child in the place of its reservation. True when the cell began to stop meanwhile: the child has to stop too.</summary>
    public bool Add(IInternalActorRef child, out ChildRestartStats stats)
    {
        lock (this)
        {
            if (_phase == ChildrenPhase.Terminated)
                throw new InvalidOperationException("Cannot create actor " + child + ": its parent has stopped");
            _byName ??= new Dictionary<string, IChildStats>();
            if (_byName.TryGetValue(child.Path.Name, out IChildStats entry) && entry is ChildRestartStats known)
            {
                stats = known;
                return false;
            }

            stats = new ChildRestartStats(child);
            _byName[child.Path.Name] = stats;
            _snapshot = null;
            if (_phase != ChildrenPhase.Termination) return false;
            (_dying ??= new HashSet<IActorRef>()).Add(child);
            return true;
        }
    }

    public bool TryGetByName(string name, out IChildStats stats)
    {
        lock (this)
        {
            stats = null;
            return _byName is not null && _byName.TryGetValue(name, out stats);
        }
    }

    public bool TryGetByRef(IActorRef child, out ChildRestartStats stats)
    {
        stats = TryGetByName(child.Path.Name, out IChildStats entry) && entry is ChildRestartStats found && found.Child.Equals(child)
            ? found
            : null;
        return stats is not null;
    }

    /// <summary>The child has been told to stop; a later phase waits for it.</summary>
    public void ShallDie(IActorRef child)
    {
        lock (this)
        {
            if (_byName is not null && _byName.TryGetValue(child.Path.Name, out IChildStats entry)
                && entry is ChildRestartStats stats && stats.Child.Equals(child))
                (_dying ??= new HashSet<IActorRef>()).Add(child);
        }
    }

    /// <summary>
    /// From here on no child is made without being stopped at once. Gives those to stop now; when there is none, nothing is waited for.
    /// </summary>
    public IReadOnlyList<IInternalActorRef> BeginTermination(out bool wasTerminating)
    {
        lock (this)
        {
            wasTerminating = _phase is ChildrenPhase.Termination or ChildrenPhase.Terminated;
            IInternalActorRef[] children = Snapshot();
            if (wasTerminating) return children;
            _phase = children.Length == 0 ? ChildrenPhase.Terminated : ChildrenPhase.Termination;
            _cause = null;
            foreach (IInternalActorRef child in children) (_dying ??= new HashSet<IActorRef>()).Add(child);
            return children;
        }
    }

    /// <summary>False when there is no dying child to wait for; the caller then goes on at once.</summary>
    public bool Await(ChildrenPhase phase, Exception cause = null)
    {
        lock (this)
        {
            if (_dying is not { Count: > 0 }) return false;
            _phase = phase;
            _cause = cause;
            return true;
        }
    }

    /// <summary>Removes a dead child. Returns the phase that ends with it, Normal if none does.</summary>
    public ChildrenPhase Remove(IActorRef child, out Exception cause)
    {
        lock (this)
        {
            cause = null;
            _byName?.Remove(child.Path.Name);
            _snapshot = null;
            // Tables that once held very many would keep their size for ever.
            if (_byName is { Count: 0 } && _byName.Capacity > LargeTable) _byName = new Dictionary<string, IChildStats>();
            if (_dying is null || !_dying.Remove(child) || _dying.Count > 0) return ChildrenPhase.Normal;
            _dying = null;
            ChildrenPhase ended = _phase;
            cause = _cause;
            _phase = ended == ChildrenPhase.Termination ? ChildrenPhase.Terminated : ChildrenPhase.Normal;
            _cause = null;
            return ended;
        }
    }

    public void SetTerminated()
    {
        lock (this)
        {
            _phase = ChildrenPhase.Terminated;
            _byName = null;
            _dying = null;
            _snapshot = [];
        }
    }

    private IInternalActorRef[] Snapshot()
    {
        if (_snapshot is not null) return _snapshot;
        List<IInternalActorRef> children = new(_byName.Count);
        foreach (IChildStats entry in _byName.Values)
            if (entry is ChildRestartStats stats) children.Add(stats.Child);
        return _snapshot = children.ToArray();
    }

    private List<ChildRestartStats> StatsNow()
    {
        lock (this)
        {
            List<ChildRestartStats> stats = new();
            if (_byName is null) return stats;
            foreach (IChildStats entry in _byName.Values)
                if (entry is ChildRestartStats child) stats.Add(child);
            return stats;
        }
    }

    private sealed class StatsView : IReadOnlyCollection<ChildRestartStats>
    {
        private readonly ChildrenContainer _container;

        public StatsView(ChildrenContainer container)
        {
            _container = container;
        }

        public int Count => _container.StatsNow().Count;

        public IEnumerator<ChildRestartStats> GetEnumerator() => _container.StatsNow().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

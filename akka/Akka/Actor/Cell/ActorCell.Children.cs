using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Making, finding and losing children.</summary>
public partial class ActorCell
{
    private const string Base64Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    private long _generatedNames;

    internal ChildrenContainer ChildrenContainer => _children;

    /// <inheritdoc/>
    public virtual IActorRef ActorOf(Props props, string name = null) => AttachChild(props, false, name);

    /// <summary>Makes a child of the runtime's own.</summary>
    public virtual IActorRef AttachChild(Props props, bool isSystemService, string name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is null) name = GenerateName();
        else CheckName(name);
        ReserveChild(name);
        IInternalActorRef child;
        try
        {
            ActorPath path = new ChildActorPath(_self.Path, name, NewUid());
            child = _system.Provider.ActorOf(_system, props, _self, path, isSystemService, null, true, false);
        }
        catch
        {
            UnreserveChild(name);
            throw;
        }

        bool stopAtOnce = _children.Add(child, out _);
        // Made on the actor's own thread while it is suspended by a failure (in a hook, say), a child shares that state.
        if (_mailbox is not null && InternalCurrentActorCellKeeper.Current == this)
            for (int i = _asyncHandlers; i < _mailbox.SuspendCount; i++) child.Suspend();
        child.Start();
        if (stopAtOnce) child.Stop();
        return child;
    }

    IActorRef IActorContext.Child(string name) => TryGetChildStatsByName(name, out IChildStats stats) && stats is ChildRestartStats child
        ? child.Child
        : Nobody.Instance;

    /// <inheritdoc/>
    public IEnumerable<IInternalActorRef> GetChildren() => _children.Children;

    IEnumerable<IActorRef> IActorContext.GetChildren() => _children.Children;

    /// <summary>The child, or nobody.</summary>
    public IInternalActorRef GetChildByName(string name) => GetSingleChild(name);

    /// <summary>The child of that name, and of that uid if the name carries one; or Nobody.</summary>
    public IInternalActorRef GetSingleChild(string name)
    {
        (string plainName, long uid) = ActorPath.SplitUid(name);
        return _children.TryGetByName(plainName, out IChildStats stats) && stats is ChildRestartStats child
            && (uid == UndefinedUid || uid == child.Uid)
            ? child.Child
            : Nobody.Instance;
    }

    /// <summary>What is known of a child.</summary>
    public bool TryGetChildStatsByName(string name, out IChildStats child) => _children.TryGetByName(name, out child);

    /// <summary>Takes a name.</summary>
    public void ReserveChild(string name) => _children.Reserve(name, _self);

    /// <summary>Gives a taken name its actor.</summary>
    public ChildRestartStats InitChild(IInternalActorRef actor)
    {
        _children.Add(actor, out ChildRestartStats stats);
        return stats;
    }

    /// <inheritdoc/>
    public void Stop(IActorRef child)
    {
        // Marked before it is told, so that whatever waits for children waits for this one.
        _children.ShallDie(child);
        ((IInternalActorRef)child).Stop();
    }

    /// <summary>Gives a name back.</summary>
    protected void UnreserveChild(string name) => _children.Unreserve(name);

    /// <summary>What is known of a child.</summary>
    protected bool TryGetChildStatsByRef(IActorRef actor, out ChildRestartStats child) => _children.TryGetByRef(actor, out child);

    private static void CheckName(string name)
    {
        if (name.Length == 0) throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException("Illegal actor name [" + name + "]. Actor paths MUST: not start with `$`, include only ASCII "
                + "letters and can only contain these special characters: " + ActorPath.ValidSymbols + ".");
        }
    }

    private string GenerateName() => GeneratedName(Interlocked.Increment(ref _generatedNames) - 1);

    /// <summary>$ and the number in digits to the base of 64, the lowest first.</summary>
    internal static string GeneratedName(long number)
    {
        Span<char> name = stackalloc char[12];
        name[0] = '$';
        int length = 1;
        do
        {
            name[length++] = Base64Digits[(int)(number & 63)];
            number = (long)((ulong)number >> 6);
        }
        while (number > 0);
        return new string(name[..length]);
    }

    private void SuspendChildren(IActorRef except = null)
    {
        foreach (IInternalActorRef child in _children.Children)
            if (except is null || !child.Equals(except)) child.Suspend();
    }

    private void ResumeChildren(Exception causedByFailure, IActorRef perpetrator)
    {
        foreach (IInternalActorRef child in _children.Children)
            child.Resume(perpetrator is not null && child.Equals(perpetrator) ? causedByFailure : null);
    }

    private void HandleSupervise(Supervise supervise)
    {
        if (!IsTerminating) _children.Add((IInternalActorRef)supervise.Child, out _);
    }
}

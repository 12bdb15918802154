using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Util;

namespace Akka.Actor;

/// <summary>One child's failure restarts or stops all children.</summary>
public class AllForOneStrategy : SupervisorStrategy, IEquatable<AllForOneStrategy>
{
    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(RestartLimits.Retries(maxNrOfRetries), RestartLimits.Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(RestartLimits.Retries(maxNrOfRetries), RestartLimits.Milliseconds(withinTimeRange), decider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public AllForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider) : this(-1, -1, localOnlyDecider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public AllForOneStrategy(IDecider decider) : this(-1, -1, decider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    protected AllForOneStrategy() : this(DefaultDecider)
    {
    }

    /// <summary>-1: without limit.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>-1: retries are counted for the child's whole life.</summary>
    public int WithinTimeRangeMilliseconds { get; }

    /// <summary>What to do about which exception.</summary>
    public override IDecider Decider { get; }

    /// <summary>What to do about the exception.</summary>
    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

    /// <summary>Restarts or stops whom it concerns.</summary>
    public override void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        if (children.Count == 0) return;
        // Every child's permission is asked, so that their counts stay in step.
        bool permitted = restart;
        if (restart)
        {
            foreach (ChildRestartStats sibling in children)
                permitted &= sibling.RequestRestartPermission(MaxNumberOfRetries, WithinTimeRangeMilliseconds);
        }

        foreach (ChildRestartStats sibling in children)
        {
            if (permitted) RestartChild(sibling.Child, cause, suspendFirst: !sibling.Child.Equals(child));
            else context.Stop(sibling.Child);
        }
    }

    /// <summary>Runs when a child is gone.</summary>
    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
    }

    /// <inheritdoc/>
    public bool Equals(AllForOneStrategy other) => other is not null && MaxNumberOfRetries == other.MaxNumberOfRetries
        && WithinTimeRangeMilliseconds == other.WithinTimeRangeMilliseconds && Equals(Decider, other.Decider);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as AllForOneStrategy);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxNumberOfRetries, WithinTimeRangeMilliseconds, Decider);

    /// <inheritdoc/>
    public override ISurrogate ToSurrogate(ActorSystem system) => new AllForOneStrategySurrogate
    {
        MaxNumberOfRetries = MaxNumberOfRetries,
        WithinTimeRangeMilliseconds = WithinTimeRangeMilliseconds,
        Decider = Decider is LocalOnlyDecider ? throw new NotSupportedException("Can not serialize LocalOnlyDecider") : Decider,
        LoggingEnabled = LoggingEnabled,
    };

    /// <summary>What is written in place of it.</summary>
    public class AllForOneStrategySurrogate : ISurrogate
    {
        /// <summary>How many restarts are allowed; -1 for any number.</summary>
        public int MaxNumberOfRetries { get; set; }

        /// <summary>In which time.</summary>
        public int WithinTimeRangeMilliseconds { get; set; }

        /// <summary>What to do about which exception.</summary>
        public IDecider Decider { get; set; }

        /// <summary>Whether failures are logged.</summary>
        public bool LoggingEnabled { get; set; }

        /// <inheritdoc/>
        public ISurrogated FromSurrogate(ActorSystem system) =>
            new AllForOneStrategy(MaxNumberOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);
    }
}

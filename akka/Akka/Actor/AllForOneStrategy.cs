using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Util;

namespace Akka.Actor;

/// <summary>One child's failure restarts or stops all children.</summary>
public class AllForOneStrategy : SupervisorStrategy, IEquatable<AllForOneStrategy>
{
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(RestartLimits.Retries(maxNrOfRetries), RestartLimits.Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(RestartLimits.Retries(maxNrOfRetries), RestartLimits.Milliseconds(withinTimeRange), decider)
    {
    }

    public AllForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider) : this(-1, -1, localOnlyDecider)
    {
    }

    public AllForOneStrategy(IDecider decider) : this(-1, -1, decider)
    {
    }

    protected AllForOneStrategy() : this(DefaultDecider)
    {
    }

    /// <summary>-1: without limit.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>-1: retries are counted for the child's whole life.</summary>
    public int WithinTimeRangeMilliseconds { get; }

    public override IDecider Decider { get; }

    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

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

    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
    }

    public bool Equals(AllForOneStrategy other) => other is not null && MaxNumberOfRetries == other.MaxNumberOfRetries
        && WithinTimeRangeMilliseconds == other.WithinTimeRangeMilliseconds && Equals(Decider, other.Decider);

    public override bool Equals(object obj) => Equals(obj as AllForOneStrategy);

    public override int GetHashCode() => HashCode.Combine(MaxNumberOfRetries, WithinTimeRangeMilliseconds, Decider);

    public override ISurrogate ToSurrogate(ActorSystem system) => new AllForOneStrategySurrogate
    {
        MaxNumberOfRetries = MaxNumberOfRetries,
        WithinTimeRangeMilliseconds = WithinTimeRangeMilliseconds,
        Decider = Decider is LocalOnlyDecider ? throw new NotSupportedException("Can not serialize LocalOnlyDecider") : Decider,
        LoggingEnabled = LoggingEnabled,
    };

    public class AllForOneStrategySurrogate : ISurrogate
    {
        public int MaxNumberOfRetries { get; set; }

        public int WithinTimeRangeMilliseconds { get; set; }

        public IDecider Decider { get; set; }

        public bool LoggingEnabled { get; set; }

        public ISurrogated FromSurrogate(ActorSystem system) =>
            new AllForOneStrategy(MaxNumberOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);
    }
}

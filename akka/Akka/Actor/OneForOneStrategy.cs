using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Only the failed child is restarted or stopped.</summary>
public class OneForOneStrategy : SupervisorStrategy, IEquatable<OneForOneStrategy>
{
    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(RestartLimits.Retries(maxNrOfRetries), RestartLimits.Milliseconds(withinTimeRange), localOnlyDecider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(RestartLimits.Retries(maxNrOfRetries), RestartLimits.Milliseconds(withinTimeRange), decider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider) : this(-1, -1, localOnlyDecider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(-1, -1, localOnlyDecider, loggingEnabled)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    public OneForOneStrategy(IDecider decider) : this(-1, -1, decider)
    {
    }

    /// <summary>How many restarts in which time (null or negative: no limit), and what to do about which exception.</summary>
    protected OneForOneStrategy() : this(DefaultDecider)
    {
    }

    /// <summary>-1: without limit.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>-1: retries are counted for the child's whole life.</summary>
    public int WithinTimeRangeMilliseconds { get; }

    /// <summary>What to do about which exception.</summary>
    public override IDecider Decider { get; }

    /// <summary>The same with another number of restarts.</summary>
    public OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries) =>
        new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);

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
        if (restart && stats.RequestRestartPermission(MaxNumberOfRetries, WithinTimeRangeMilliseconds))
            RestartChild(child, cause, suspendFirst: false);
        else
            context.Stop(child);
    }

    /// <summary>Runs when a child is gone.</summary>
    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
    }

    /// <inheritdoc/>
    public bool Equals(OneForOneStrategy other) => other is not null && MaxNumberOfRetries == other.MaxNumberOfRetries
        && WithinTimeRangeMilliseconds == other.WithinTimeRangeMilliseconds && Equals(Decider, other.Decider);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as OneForOneStrategy);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxNumberOfRetries, WithinTimeRangeMilliseconds, Decider);

    /// <inheritdoc/>
    public override ISurrogate ToSurrogate(ActorSystem system) => new OneForOneStrategySurrogate
    {
        MaxNumberOfRetries = MaxNumberOfRetries,
        WithinTimeRangeMilliseconds = WithinTimeRangeMilliseconds,
        Decider = Decider is LocalOnlyDecider ? throw new NotSupportedException("Can not serialize LocalOnlyDecider") : Decider,
        LoggingEnabled = LoggingEnabled,
    };

    /// <summary>What is written in place of it.</summary>
    public class OneForOneStrategySurrogate : ISurrogate
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
            new OneForOneStrategy(MaxNumberOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);
    }
}

internal static class RestartLimits
{
    public static int Retries(int? maxNrOfRetries) => maxNrOfRetries ?? -1;

    public static int Milliseconds(TimeSpan? range) => range is null || range == System.Threading.Timeout.InfiniteTimeSpan
        ? -1
        : (int)Math.Min(int.MaxValue, range.Value.TotalMilliseconds);
}

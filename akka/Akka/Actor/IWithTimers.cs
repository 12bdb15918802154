using System;
using System.Collections.Generic;

namespace Akka.Actor;

/// <summary>On an actor: it gets timers of its own, which end with each incarnation.</summary>
public interface IWithTimers
{
    /// <summary>The timers of the actor; there in the constructor already.</summary>
    ITimerScheduler Timers { get; set; }
}

/// <summary>Timers by key; starting one under a used key replaces it. To be used on the actor's thread only.</summary>
public interface ITimerScheduler
{
    /// <summary>The keys of the timers that run.</summary>
    IReadOnlyCollection<object> ActiveTimers { get; }

    /// <summary>Sends the message to the actor once. A timer of the same key is replaced.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>Sends the message to the actor once. A timer of the same key is replaced.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);

    /// <summary>Sends the message to the actor again and again. A timer of the same key is replaced.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>Sends the message to the actor again and again. A timer of the same key is replaced.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    /// <summary>Sends the message to the actor again and again. A timer of the same key is replaced.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <summary>Sends the message to the actor again and again. A timer of the same key is replaced.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    /// <summary>True if a timer of that key runs.</summary>
    bool IsTimerActive(object key);

    /// <summary>Ends the timer; a tick under way does not come.</summary>
    void Cancel(object key);

    /// <summary>Ends all timers of the actor.</summary>
    void CancelAll();
}

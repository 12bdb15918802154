using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Waiting for the end of an actor.</summary>
public static class GracefulStopSupport
{
    /// <summary>Lets the actor finish its mailbox and end; false if that takes too long.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => GracefulStop(target, timeout, PoisonPill.Instance);

    /// <summary>True when the actor has stopped in time; false, without an exception, when it has not.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        using CancellationTokenSource limit = new(timeout);
        Task<bool> stopped = target.WatchAsync(limit.Token);
        target.Tell(stopMessage, ActorRefs.NoSender);
        return await stopped.ConfigureAwait(false);
    }
}

/// <summary>Waiting for the end of an actor.</summary>
public static class WatchAsyncSupport
{
    /// <summary>Completes with true when the actor stops, with false when the token is cancelled first.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        IInternalActorRef watchee = (IInternalActorRef)target;
        TaskCompletionSource<Terminated> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FutureActorRef<Terminated> watcher = watchee.Provider.CreateFutureRef(result);
        watcher.Arm(TimeSpan.Zero, token);
        watchee.SendSystemMessage(new Watch(watchee, watcher));
        try
        {
            Terminated terminated = await result.Task.ConfigureAwait(false);
            return terminated.ActorRef.Path.Equals(target.Path);
        }
        catch (OperationCanceledException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            return false;
        }
    }
}

using System;
using System.Threading.Tasks;

namespace Akka.Actor;

/// <summary>Sends the outcome of a task to an actor: the value itself, or Status.Failure with the exception.</summary>
public static class PipeToSupport
{
    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef sender = null, Func<T, object> success = null,
        Func<Exception, object> failure = null) =>
        PipeTo(taskToPipe, recipient, false, sender, success, failure);

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null, Func<T, object> success = null,
        Func<Exception, object> failure = null)
    {
        sender ??= ActorRefs.NoSender;
        try
        {
            T result = await taskToPipe.ConfigureAwait(useConfigureAwait);
            recipient.Tell(success is not null ? success(result) : result, sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is not null ? failure(e) : new Status.Failure(e), sender);
        }
    }

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef sender = null, Func<T, object> success = null,
        Func<Exception, object> failure = null) =>
        PipeTo(taskToPipe.AsTask(), recipient, false, sender, success, failure);

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        PipeTo(taskToPipe.AsTask(), recipient, useConfigureAwait, sender, success, failure);

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef sender = null, Func<object> success = null,
        Func<Exception, object> failure = null) =>
        PipeTo(taskToPipe, recipient, false, sender, success, failure);

    /// <summary>A task without a value tells of its success only if <paramref name="success"/> says what.</summary>
    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null, Func<object> success = null,
        Func<Exception, object> failure = null)
    {
        sender ??= ActorRefs.NoSender;
        try
        {
            await taskToPipe.ConfigureAwait(useConfigureAwait);
            if (success is not null) recipient.Tell(success(), sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is not null ? failure(e) : new Status.Failure(e), sender);
        }
    }

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, IActorRef sender = null, Func<object> success = null,
        Func<Exception, object> failure = null) =>
        PipeTo(taskToPipe.AsTask(), recipient, false, sender, success, failure);

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is through. A task without a result is silent when it succeeds.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef sender = null, Func<object> success = null,
        Func<Exception, object> failure = null) =>
        PipeTo(taskToPipe.AsTask(), recipient, useConfigureAwait, sender, success, failure);
}

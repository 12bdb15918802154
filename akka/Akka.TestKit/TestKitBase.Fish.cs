using System;
using System.Collections;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>One message among others.</summary>
public abstract partial class TestKitBase
{
    /// <summary>Takes messages until one fits; the others go away.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Takes messages until one fits; the others go away.</summary>
    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage(isMessage, null, max, hint, cancellationToken);

    /// <summary>Takes messages until one fits; the others go into <paramref name="allMessages"/>, which is emptied first, or away.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        allMessages?.Clear();
        var wait = RemainingOrDilated(max);
        var deadline = Deadline.After(wait);
        while (true)
        {
            var next = Next(deadline, take: true, cancellationToken) ?? throw FishingFailure<T>(wait, hint);
            if (next.Message is T typed && isMessage(typed))
            {
                return typed;
            }

            allMessages?.Add(next.Message);
        }
    }

    /// <summary>Takes messages until one fits; the others go away.</summary>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Takes messages until one fits; the others go away.</summary>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync(isMessage, null, max, hint, cancellationToken);

    /// <summary>Takes messages until one fits; the others go away.</summary>
    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        allMessages?.Clear();
        var wait = RemainingOrDilated(max);
        var deadline = Deadline.After(wait);
        while (true)
        {
            var next = await NextAsync(deadline, take: true, cancellationToken) ?? throw FishingFailure<T>(wait, hint);
            if (next.Message is T typed && isMessage(typed))
            {
                return typed;
            }

            allMessages?.Add(next.Message);
        }
    }

    /// <summary>Takes everything that comes until the time is over; fails if a message of type <typeparamref name="T"/> is among it.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.After(RemainingOrDilated(max));
        while (await NextAsync(deadline, take: true, cancellationToken) is { } next)
        {
            _assertions.AssertFalse(next.Message is T, "Failed: Expected no message of type {0}, but received {1} from {2}.", typeof(T), next.Message, next.Sender);
        }
    }

    private Exception FishingFailure<T>(TimeSpan max, string hint) =>
        Failure($"Timeout ({max}) during FishForMessage of type {typeof(T)}. {hint}");
}

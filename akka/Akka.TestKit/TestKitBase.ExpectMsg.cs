using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Expectations on the next message, whatever it is: a wrong one is taken, and fails the test at once.</summary>
public abstract partial class TestKitBase
{
    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Typed<T>(ExpectNext<T>(duration, hint, cancellationToken), hint).Message;

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckEqual(message, ExpectNext<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckCondition(isMessage, ExpectNext<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckAssertion(assert, ExpectNext<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckCondition(isMessageAndSender, ExpectNext<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckAssertion(assertMessageAndSender, ExpectNext<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckEqual(expected, comparer, ExpectNext<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Typed<T>(await ExpectNextAsync<T>(duration, hint, cancellationToken), hint).Message;

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckEqual(message, await ExpectNextAsync<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckCondition(isMessage, await ExpectNextAsync<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckAssertion(assert, await ExpectNextAsync<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckCondition(isMessageAndSender, await ExpectNextAsync<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckAssertion(assertMessageAndSender, await ExpectNextAsync<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message; fails if none comes in time, or one that does not fit.</summary>
    public async ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckEqual(expected, comparer, await ExpectNextAsync<T>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message, which has to be the end of a watched actor.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckTerminated(target, ExpectNext<Terminated>(timeout, hint, cancellationToken), hint);

    /// <summary>Takes the next message, which has to be the end of a watched actor.</summary>
    public async ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        CheckTerminated(target, await ExpectNextAsync<Terminated>(timeout, hint, cancellationToken), hint);

    private MessageEnvelope ExpectNext<T>(TimeSpan? timeout, string hint, CancellationToken cancellationToken)
    {
        var wait = RemainingOrDilated(timeout);
        return Next(Deadline.After(wait), take: true, cancellationToken) ?? throw TimeoutFailure<T>(wait, hint);
    }

    private async ValueTask<MessageEnvelope> ExpectNextAsync<T>(TimeSpan? timeout, string hint, CancellationToken cancellationToken)
    {
        var wait = RemainingOrDilated(timeout);
        return await NextAsync(Deadline.After(wait), take: true, cancellationToken) ?? throw TimeoutFailure<T>(wait, hint);
    }

    private (T Message, IActorRef Sender) Typed<T>(MessageEnvelope envelope, string hint) => envelope.Message is T typed
        ? (typed, envelope.Sender)
        : throw Failure(
            $"Failed: Expected a message of type {typeof(T)}, but received {{{envelope.Message}}} (type {envelope.Message.GetType()}) instead from {envelope.Sender}. {hint}");

    private T CheckEqual<T>(T expected, MessageEnvelope envelope, string hint)
    {
        var (message, sender) = Typed<T>(envelope, hint);
        _assertions.AssertEqual(expected, message, "Failed: Expected {0}, but received {1} from {2}. {3}", expected, message, sender, hint);
        return message;
    }

    private T CheckEqual<T>(T expected, Func<T, T, bool> comparer, MessageEnvelope envelope, string hint)
    {
        var (message, sender) = Typed<T>(envelope, hint);
        _assertions.AssertEqual(expected, message, comparer, "Failed: Expected {0}, but received {1} from {2}. {3}", expected, message, sender, hint);
        return message;
    }

    private T CheckCondition<T>(Predicate<T> condition, MessageEnvelope envelope, string hint)
    {
        var (message, sender) = Typed<T>(envelope, hint);
        _assertions.AssertTrue(condition(message), "Failed: Got a message of the expected type <{0}> that does not fit: {{{1}}} from {2}. {3}", typeof(T), message, sender, hint);
        return message;
    }

    private T CheckCondition<T>(Func<T, IActorRef, bool> condition, MessageEnvelope envelope, string hint)
    {
        var (message, sender) = Typed<T>(envelope, hint);
        _assertions.AssertTrue(condition(message, sender), "Failed: Got a message of the expected type <{0}> that does not fit: {{{1}}} from {2}. {3}", typeof(T), message, sender, hint);
        return message;
    }

    private T CheckAssertion<T>(Action<T> assertion, MessageEnvelope envelope, string hint)
    {
        var (message, _) = Typed<T>(envelope, hint);
        assertion(message);
        return message;
    }

    private T CheckAssertion<T>(Action<T, IActorRef> assertion, MessageEnvelope envelope, string hint)
    {
        var (message, sender) = Typed<T>(envelope, hint);
        assertion(message, sender);
        return message;
    }

    private Terminated CheckTerminated(IActorRef target, MessageEnvelope envelope, string hint)
    {
        var (terminated, _) = Typed<Terminated>(envelope, hint);
        _assertions.AssertEqual(target, terminated.ActorRef, "Failed: Expected the termination of {0}, but it was {1}. {2}", target, terminated.ActorRef, hint);
        return terminated;
    }

    private Exception TimeoutFailure<T>(TimeSpan waited, string hint) =>
        Failure($"Failed: Timeout {waited} while waiting for a message of type {typeof(T)} {hint}");
}

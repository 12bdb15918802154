using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Expectations on the next message and its sender.</summary>
public abstract partial class TestKitBase
{
    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(FromCheck<T>(sender, null), duration, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(FromCheck<T>(sender, EqualCheck(message)), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(FromCheck(sender, ConditionCheck(isMessage)), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(FromCheck(isSender, isMessage), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(FromCheck(sender, assertMessage), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(FromCheck(assertSender, assertMessage), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(FromCheck<T>(sender, null), duration, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(FromCheck<T>(sender, EqualCheck(message)), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(FromCheck(sender, ConditionCheck(isMessage)), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(FromCheck(isSender, isMessage), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(FromCheck(sender, assertMessage), timeout, hint, cancellationToken);

    /// <summary>Takes the next message; fails if it does not fit, or comes from somebody else.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(FromCheck(assertSender, assertMessage), timeout, hint, cancellationToken);

    private Action<T> EqualCheck<T>(T expected) =>
        message => _assertions.AssertEqual(expected, message, "Failed: Expected {0}, but received {1}.", expected, message);

    private Action<T> ConditionCheck<T>(Predicate<T> condition) =>
        message => _assertions.AssertTrue(condition(message), "Failed: Got a message of the expected type that does not fit: {0}.", message);

    private Action<T, IActorRef> FromCheck<T>(IActorRef expectedSender, Action<T> checkMessage) => (message, sender) =>
    {
        _assertions.AssertEqual(expectedSender, sender, "Failed: Expected the sender {0}, but it was {1} (message: {2}).", expectedSender, sender, message);
        checkMessage?.Invoke(message);
    };

    private Action<T, IActorRef> FromCheck<T>(Predicate<IActorRef> isSender, Predicate<T> isMessage) => (message, sender) =>
    {
        _assertions.AssertTrue(isSender(sender), "Failed: The sender {0} does not fit (message: {1}).", sender, message);
        ConditionCheck(isMessage)(message);
    };

    private static Action<T, IActorRef> FromCheck<T>(Action<IActorRef> assertSender, Action<T> assertMessage) => (message, sender) =>
    {
        assertSender(sender);
        assertMessage(message);
    };
}

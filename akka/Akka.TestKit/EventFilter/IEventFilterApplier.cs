using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.TestKit;

/// <summary>Ends the muting; so does the disposal.</summary>
public interface IUnmutableFilter : IDisposable
{
    /// <summary>Ends the muting; so does the disposal.</summary>
    void Unmute();
}

/// <summary>Runs an action, and checks that it causes the filters' events that often, the filter leeway included.</summary>
public interface IEventFilterApplier
{
    /// <summary>A further filter: an event counts if any of them matches.</summary>
    EventFilterFactory And { get; }

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    void ExpectOne(Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    Task ExpectOneAsync(Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly one event matches, during it or within the leeway after it.</summary>
    Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default);

    /// <summary>Runs the action and fails unless exactly that many events match, during it or within the leeway after it. For 0 the whole leeway is waited.</summary>
    Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default);

    /// <summary>Keeps matching events out of the log while the action runs, however many come.</summary>
    void Mute(Action action, CancellationToken cancellationToken = default);

    /// <summary>Keeps matching events out of the log while the action runs, however many come.</summary>
    T Mute<T>(Func<T> func, CancellationToken cancellationToken = default);

    /// <summary>Keeps matching events out of the log while the action runs, however many come.</summary>
    Task MuteAsync(Action action, CancellationToken cancellationToken = default);

    /// <summary>Keeps matching events out of the log while the action runs, however many come.</summary>
    Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default);

    /// <summary>Keeps matching events out of the log while the action runs, however many come.</summary>
    Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);

    /// <summary>Swallows the events until disposed or unmuted.</summary>
    IUnmutableFilter Mute();
}

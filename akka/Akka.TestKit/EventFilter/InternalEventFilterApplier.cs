using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>What the factory hands out.</summary>
public class InternalEventFilterApplier : IEventFilterApplier
{
    private readonly IReadOnlyList<EventFilterBase> _filters;
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;

    /// <summary>What the factory hands out.</summary>
    public InternalEventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    {
        _filters = filters;
        _testkit = testkit;
        _system = system;
    }

    /// <inheritdoc/>
    public EventFilterFactory And => new(_testkit, _system, _filters);

    /// <inheritdoc/>
    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Intercept(ToFunc(action), null, 1, cancellationToken);

    /// <inheritdoc/>
    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Intercept(ToFunc(action), timeout, 1, cancellationToken);

    /// <inheritdoc/>
    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Intercept(func, null, 1, cancellationToken);

    /// <inheritdoc/>
    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Intercept(func, timeout, 1, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectOneAsync(Action action, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(action), null, 1, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(actionAsync), null, 1, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(action), timeout, 1, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        InterceptAsync(func, null, 1, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        InterceptAsync(func, timeout, 1, cancellationToken);

    /// <inheritdoc/>
    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Intercept(ToFunc(action), null, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Intercept(ToFunc(action), timeout, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Intercept(func, null, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Intercept(func, timeout, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(actionAsync), null, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(actionAsync), timeout, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(action), timeout, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(action), timeout, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        InterceptAsync(func, null, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        InterceptAsync(func, timeout, expectedCount, cancellationToken);

    /// <inheritdoc/>
    public void Mute(Action action, CancellationToken cancellationToken = default) => Intercept(ToFunc(action), null, null, cancellationToken);

    /// <inheritdoc/>
    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Intercept(func, null, null, cancellationToken);

    /// <inheritdoc/>
    public Task MuteAsync(Action action, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(action), null, null, cancellationToken);

    /// <inheritdoc/>
    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        InterceptAsync(ToAsync(action), null, null, cancellationToken);

    /// <inheritdoc/>
    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        InterceptAsync(func, null, null, cancellationToken);

    /// <inheritdoc/>
    public IUnmutableFilter Mute()
    {
        _system.EventStream.Publish(new Mute(_filters));
        return new InternalUnmutableFilter(_filters, _system);
    }

    private static Func<object> ToFunc(Action action) => () =>
    {
        action();
        return null;
    };

    private static Func<Task<object>> ToAsync(Action action) => () =>
    {
        action();
        return Task.FromResult<object>(null);
    };

    private static Func<Task<object>> ToAsync(Func<Task> action) => async () =>
    {
        await action();
        return null;
    };

    private T Intercept<T>(Func<T> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
    {
        using var matches = new Matches(_filters, _system);
        var result = func();
        if (expected.HasValue)
        {
            var wait = WaitFor(timeout);
            _testkit.AwaitConditionNoThrow(matches.Reach(expected.Value), wait, LookInterval(wait), cancellationToken);
            Check(matches.Count, expected.Value, wait);
        }

        return result;
    }

    private async Task<T> InterceptAsync<T>(Func<Task<T>> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
    {
        using var matches = new Matches(_filters, _system);
        var result = await func();
        if (expected.HasValue)
        {
            var wait = WaitFor(timeout);
            await _testkit.AwaitConditionNoThrowAsync(matches.Reach(expected.Value), wait, LookInterval(wait), cancellationToken);
            Check(matches.Count, expected.Value, wait);
        }

        return result;
    }

    /// <summary>Undilated: the wait for it dilates.</summary>
    private TimeSpan WaitFor(TimeSpan? timeout) => timeout ?? TestKitExtension.For(_system).TestEventFilterLeeway;

    private static TimeSpan LookInterval(TimeSpan wait) => wait / 10 < MaxLookInterval ? wait / 10 : MaxLookInterval;

    private static readonly TimeSpan MaxLookInterval = TimeSpan.FromMilliseconds(20);

    private void Check(int actual, int expected, TimeSpan waited)
    {
        if (actual != expected)
        {
            _testkit.TestAssertions.Fail(
                "Timeout ({0}) while waiting for events: expected {1}, received {2}. Filters: {3}",
                waited,
                expected,
                actual,
                string.Join("; ", _filters));
        }
    }

    /// <summary>Counts what the filters match, from its creation to its disposal.</summary>
    private sealed class Matches : IDisposable
    {
        private readonly IReadOnlyList<EventFilterBase> _filters;
        private readonly ActorSystem _system;
        private int _count;

        public Matches(IReadOnlyList<EventFilterBase> filters, ActorSystem system)
        {
            _filters = filters;
            _system = system;
            foreach (var filter in filters)
            {
                filter.EventMatched += Add;
            }

            system.EventStream.Publish(new Mute(filters));
        }

        public int Count => Volatile.Read(ref _count);

        /// <summary>True when waiting longer makes no sense: the wanted number is there, or one where none may come.</summary>
        public Func<bool> Reach(int expected) => () => Count >= Math.Max(expected, 1);

        public void Dispose()
        {
            foreach (var filter in _filters)
            {
                filter.EventMatched -= Add;
            }

            _system.EventStream.Publish(new Unmute(_filters));
        }

        private void Add(EventFilterBase filter, LogEvent logEvent) => Interlocked.Increment(ref _count);
    }

    /// <summary>Muted until it is disposed of.</summary>
    public class InternalUnmutableFilter : IUnmutableFilter
    {
        private readonly ActorSystem _system;
        private IReadOnlyCollection<EventFilterBase> _muted;

        /// <summary>Muted until it is disposed of.</summary>
        public InternalUnmutableFilter(IReadOnlyCollection<EventFilterBase> filters, ActorSystem system)
        {
            _muted = filters;
            _system = system;
        }

        /// <inheritdoc/>
        public void Unmute()
        {
            var muted = Interlocked.Exchange(ref _muted, null);
            if (muted != null)
            {
                _system.EventStream.Publish(new Unmute(muted));
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <inheritdoc/>
        protected virtual void Dispose(bool disposing)
        {
            if (disposing)
            {
                Unmute();
            }
        }
    }
}

using Akka.Pattern;
using Xunit;

namespace Akka.Contract.Tests.Patterns;

public class CircuitBreakerTests : PatientTestKit
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_opens_after_so_many_failures_in_a_row_and_then_calls_nobody()
    {
        var opened = new TaskCompletionSource();
        var breaker = CircuitBreaker.Create(Sys.Scheduler, 2, Long, Long).OnOpen(opened.SetResult);
        await Fails(breaker);
        Assert.Equal(1, await breaker.WithCircuitBreaker(() => Task.FromResult(1)));
        await Fails(breaker);
        Assert.True(breaker.IsClosed);
        await Fails(breaker);
        await opened.Task.WaitAsync(Patience);
        Assert.True(breaker.IsOpen);

        var called = false;
        var refused = await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(() =>
        {
            called = true;
            return Task.FromResult(1);
        }));
        Assert.False(called);
        Assert.InRange(refused.RemainingDuration, TimeSpan.FromTicks(1), Long);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_a_failure()
    {
        var opened = new TaskCompletionSource();
        var breaker = CircuitBreaker.Create(Sys.Scheduler, 1, TimeSpan.FromMilliseconds(50), Long).OnOpen(opened.SetResult);
        var never = new TaskCompletionSource<int>();
        await Assert.ThrowsAsync<TimeoutException>(() => breaker.WithCircuitBreaker(() => never.Task));
        await opened.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task After_a_while_one_call_is_tried_and_its_success_closes()
    {
        var halfOpen = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        var breaker = CircuitBreaker.Create(Sys.Scheduler, 1, Long, TimeSpan.FromMilliseconds(100))
            .OnHalfOpen(() => halfOpen.TrySetResult())
            .OnClose(() => closed.TrySetResult());
        await Fails(breaker);
        await halfOpen.Task.WaitAsync(Patience);

        // While the trial runs all others are refused.
        var trial = new TaskCompletionSource<string>();
        var running = breaker.WithCircuitBreaker(() => trial.Task);
        await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(() => Task.FromResult("other")));
        trial.SetResult("well");
        Assert.Equal("well", await running);
        await closed.Task.WaitAsync(Patience);
        Assert.True(breaker.IsClosed);
        Assert.Equal("again", await breaker.WithCircuitBreaker(() => Task.FromResult("again")));
    }

    [Fact]
    public async Task A_trial_that_fails_opens_again()
    {
        var halfOpen = new SemaphoreSlim(0);
        var opened = new SemaphoreSlim(0);
        var breaker = CircuitBreaker.Create(Sys.Scheduler, 1, Long, TimeSpan.FromMilliseconds(100))
            .OnHalfOpen(() => halfOpen.Release())
            .OnOpen(() => opened.Release());
        await Fails(breaker);
        Assert.True(await opened.WaitAsync(Patience));
        Assert.True(await halfOpen.WaitAsync(Patience));
        await Fails(breaker);
        Assert.True(await opened.WaitAsync(Patience));
        Assert.True(await halfOpen.WaitAsync(Patience));
    }

    [Fact]
    public void Outcomes_can_be_told_without_a_call()
    {
        var opened = new ManualResetEventSlim();
        var breaker = CircuitBreaker.Create(Sys.Scheduler, 2, Long, Long).OnOpen(opened.Set);
        breaker.Fail();
        breaker.Succeed();
        breaker.Fail();
        Assert.True(breaker.IsClosed);
        Assert.Equal(5, breaker.WithSyncCircuitBreaker(() => 5));
        breaker.Fail();
        breaker.Fail();
        Assert.True(opened.Wait(Patience));
        Assert.True(breaker.IsOpen);
    }

    private static Task Fails(CircuitBreaker breaker) =>
        Assert.ThrowsAsync<InvalidOperationException>(() => breaker.WithCircuitBreaker<int>(() => throw new InvalidOperationException("planned")));
}

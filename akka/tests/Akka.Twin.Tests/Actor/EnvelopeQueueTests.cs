using System;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class EnvelopeQueueTests
{
    private static readonly int PerProducer = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 5_000_000 : 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(20_000)]
    public void Rings_that_fill_keep_order_count_and_every_message(int waiting)
    {
        EnvelopeQueue queue = new();
        int written = 0;
        int read = 0;
        // Up to that many waiting, down to a third, several times: over ring changes at every fill.
        for (int round = 0; round < 4; round++)
        {
            while (written - read < waiting)
            {
                queue.Enqueue(written++, Nobody.Instance);
                Assert.Equal(written - read, queue.Count);
            }

            while (written - read > waiting / 3)
            {
                Assert.True(queue.TryDequeue(out Envelope envelope));
                Assert.Equal(read++, envelope.Message);
                Assert.Same(Nobody.Instance, envelope.Sender);
                Assert.Equal(written - read, queue.Count);
            }
        }

        while (queue.TryDequeue(out Envelope envelope)) Assert.Equal(read++, envelope.Message);
        Assert.Equal(written, read);
        Assert.True(queue.IsEmpty);
        Assert.False(queue.TryDequeue(out _));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(4, 0)]
    [InlineData(2, 50)]
    public void Producers_that_collide_lose_double_or_reorder_nothing(int producers, int pauseEvery)
    {
        EnvelopeQueue queue = new();
        Thread[] threads = new Thread[producers];
        for (int p = 0; p < producers; p++)
        {
            int producer = p;
            threads[p] = new Thread(() =>
            {
                for (int i = 0; i < PerProducer; i++) queue.Enqueue(new Item(producer, i), null);
            });
            threads[p].Start();
        }

        int[] next = new int[producers];
        long left = (long)producers * PerProducer;
        SpinWait spin = default;
        while (left > 0)
        {
            if (!queue.TryDequeue(out Envelope envelope))
            {
                spin.SpinOnce();
                continue;
            }

            Item item = (Item)envelope.Message;
            if (next[item.Producer]++ != item.Number) Assert.Fail("producer " + item.Producer + " at " + item.Number);
            left--;
            // Lets the producers run ahead, so that rings fill.
            if (pauseEvery > 0 && left % (PerProducer / pauseEvery) == 0) Thread.Yield();
        }

        foreach (Thread thread in threads) thread.Join();
        Assert.True(queue.IsEmpty);
        Assert.False(queue.TryDequeue(out _));
    }

    [Fact]
    public void A_queue_that_has_its_size_allocates_nothing_and_keeps_no_message_alive()
    {
        EnvelopeQueue queue = new();
        object message = new();
        Cycle(queue, message);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Cycle(queue, message);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        WeakReference taken = EnqueueAndTake(queue);
        GC.Collect();
        Assert.False(taken.IsAlive);
    }

    private static void Cycle(EnvelopeQueue queue, object message)
    {
        for (int i = 0; i < EnvelopeQueue.LargestRing; i++) queue.Enqueue(message, null);
        while (queue.TryDequeue(out _))
        {
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference EnqueueAndTake(EnvelopeQueue queue)
    {
        object message = new();
        queue.Enqueue(message, null);
        queue.TryDequeue(out _);
        return new WeakReference(message);
    }

    private sealed record Item(int Producer, int Number);
}

using System;
using System.Threading;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Twin.Tests.Actor;

/// <summary>Alone in the process while they run: they look at the memory of the whole.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class AloneCollection
{
}

[Collection(nameof(MemoryTests))]
public sealed class MemoryTests : SystemFixture
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("AKKA_LONG") == "1";

    private readonly ITestOutputHelper _output;

    public MemoryTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void Actors_that_were_made_and_stopped_leave_nothing_behind()
    {
        int count = Long ? 1_000_000 : 100_000;
        // The first ones pay for what stays: code, tables of the runtime.
        MakeAndStop(1000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long alive = MakeAndStop(count);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        _output.WriteLine($"{count:N0} actors: {(alive - before) / count:N0} bytes each while alive, {(double)(after - before) / count:N2} after they have stopped");
        Assert.InRange(after - before, long.MinValue, count * 50L);
    }

    [Fact]
    public void A_message_costs_no_allocation_but_its_place_in_the_queue()
    {
        int count = Long ? 10_000_000 : 1_000_000;
        int left = 0;
        using ManualResetEventSlim done = new();
        object message = new();
        Action countDown = () =>
        {
            if (--left == 0) done.Set();
        };
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Counting(countDown)));

        // All at once: what waits needs a place, 16 bytes for the message and its sender; a place may be used once or often.
        Send(100_000);
        double each = AllocatedPerMessage(count);
        _output.WriteLine($"{count:N0} messages as fast as they go: {each:N3} bytes each");
        Assert.InRange(each, 0, 17.5);

        // Never more waiting than a queue has places: they are used again, and nothing is allocated at all.
        each = AllocatedPerMessage(1000);
        _output.WriteLine($"{count:N0} messages, 1,000 at a time: {each:N3} bytes each");
        Assert.InRange(each, 0, 1);

        // The least of three: others in the process may allocate, too.
        double AllocatedPerMessage(int atOnce)
        {
            double least = double.MaxValue;
            for (int attempt = 0; attempt < 3; attempt++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < count; i += atOnce) Send(atOnce);
                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)count);
            }

            return least;
        }

        void Send(int messages)
        {
            done.Reset();
            Volatile.Write(ref left, messages);
            for (int i = 0; i < messages; i++) actor.Tell(message, ActorRefs.NoSender);
            if (!done.Wait(TimeSpan.FromMinutes(Long ? 10 : 2))) throw new TimeoutException("Messages were lost");
        }
    }

    private long MakeAndStop(int count)
    {
        using CountdownEvent started = new(count);
        using CountdownEvent stopped = new(count);
        Props props = Props.Create(() => new Counted(started, stopped));
        IActorRef parent = Sys.ActorOf(Props.Create(() => new Parent(props)));
        parent.Tell(count);
        if (!started.Wait(TimeSpan.FromMinutes(Long ? 10 : 2))) throw new TimeoutException("Not all have started");
        long alive = GC.GetTotalMemory(forceFullCollection: false);
        parent.Tell("stop");
        if (!stopped.Wait(TimeSpan.FromMinutes(Long ? 10 : 2))) throw new TimeoutException("Not all have stopped");
        // The parent lives on, without children.
        Drain(parent);
        for (SpinWait spin = default; Await(parent.Ask<bool>("any?", Limit)); spin.SpinOnce())
        {
        }

        return alive;
    }

    private sealed class Counting : UntypedActor
    {
        private readonly Action _onMessage;

        public Counting(Action onMessage)
        {
            _onMessage = onMessage;
        }

        protected override void OnReceive(object message) => _onMessage();
    }

    private sealed class Parent : UntypedActor
    {
        private readonly Props _child;

        public Parent(Props child)
        {
            _child = child;
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int count:
                    for (int i = 0; i < count; i++) Context.ActorOf(_child);
                    break;
                case "stop":
                    foreach (IActorRef child in Context.GetChildren()) Context.Stop(child);
                    break;
                default:
                    Sender.Tell(Context.GetChildren().GetEnumerator().MoveNext());
                    break;
            }
        }
    }

    private sealed class Counted : UntypedActor
    {
        private readonly CountdownEvent _started;
        private readonly CountdownEvent _stopped;

        public Counted(CountdownEvent started, CountdownEvent stopped)
        {
            _started = started;
            _stopped = stopped;
        }

        protected override void PreStart() => _started.Signal();

        protected override void PostStop() => _stopped.Signal();

        protected override void OnReceive(object message)
        {
        }
    }
}

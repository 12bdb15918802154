using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class ConcurrencyTests : SystemFixture
{
    private const int Senders = 4;
    private const int PerSender = 20_000;

    [Fact]
    public void Under_contention_no_message_is_lost_doubled_reordered_or_handled_by_two_threads()
    {
        Counter counter = new(Report);
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Counting(counter)));
        Thread[] threads = new Thread[Senders];
        for (int s = 0; s < Senders; s++)
        {
            int sender = s;
            threads[s] = new Thread(() =>
            {
                for (int i = 0; i < PerSender; i++) actor.Tell(new Numbered(sender, i));
            });
        }

        foreach (Thread thread in threads) thread.Start();
        Assert.Equal("all", Next());
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(0, counter.Errors);
    }

    [Fact]
    public void A_mailbox_that_runs_dry_at_every_message_is_woken_each_time()
    {
        IActorRef echo = Sys.ActorOf(new Script { OnMessage = (self, m) => self.Sender.Tell(m) }.Props);
        IActorRef[] pairs = new IActorRef[4];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = Sys.ActorOf(new Script
            {
                OnMessage = (self, m) =>
                {
                    int left = (int)m;
                    if (left == 0) Report("done");
                    else echo.Tell(left - 1, self.Self);
                },
            }.Props);
        }

        foreach (IActorRef pair in pairs) pair.Tell(10_000);
        Assert.Equal(new object[] { "done", "done", "done", "done" }, Next(4));
    }

    [Fact]
    public void Suspensions_that_race_with_messages_leave_no_actor_asleep()
    {
        // Every tenth message fails: suspend, restart, resume, against two senders.
        Script script = new()
        {
            OnMessage = (_, m) =>
            {
                int number = (int)m;
                if (number < 0) Report("end");
                else if (number % 10 == 0) throw new TestFailure();
            },
        };
        IActorRef actor = Sys.ActorOf(script.Props);
        Task[] senders = new Task[2];
        for (int s = 0; s < senders.Length; s++)
        {
            senders[s] = Task.Run(() =>
            {
                for (int i = 0; i < 1000; i++) actor.Tell(i);
            });
        }

        foreach (Task sender in senders) Await(sender);
        actor.Tell(-1);
        Assert.Equal("end", Next());
        Assert.Equal(201, script.Incarnations);
    }

    [Fact]
    public void Stopping_while_children_are_made_restarted_and_told_ends_with_all_of_them_gone()
    {
        for (int round = 0; round < 30; round++)
        {
            Script child = new() { OnMessage = (_, _) => throw new TestFailure() };
            Script parent = new()
            {
                OnMessage = (self, m) =>
                {
                    if (self.Own.Child("c" + m).IsNobody()) self.Own.ActorOf(child.Props, "c" + m);
                    foreach (IActorRef c in self.Own.GetChildren()) c.Tell("fail");
                    if (m is 3) throw new TestFailure();
                },
            };
            IActorRef actor = Sys.ActorOf(parent.Props, "p" + round);
            Task<bool> died = actor.WatchAsync();
            Thread sender = new(() =>
            {
                for (int i = 0; i < 5; i++) actor.Tell(i);
            });
            sender.Start();
            if (round % 2 == 0) Drain(actor);
            Sys.Stop(actor);
            Assert.True(Await(died));
            sender.Join();
            Assert.Empty(((LocalActorRef)actor).Cell.GetChildren());
        }
    }

    [Fact]
    public void Top_level_actors_can_be_made_from_many_threads_while_the_system_ends()
    {
        for (int round = 0; round < 5; round++)
        {
            ActorSystem system = ActorSystem.Create("racing", Quiet);
            int alive = 0;
            Script counted = new()
            {
                OnPreStart = _ => Interlocked.Increment(ref alive),
                OnPostStop = _ => Interlocked.Decrement(ref alive),
            };
            Thread[] makers = new Thread[3];
            for (int m = 0; m < makers.Length; m++)
            {
                makers[m] = new Thread(() =>
                {
                    try
                    {
                        for (int i = 0; i < 2000; i++) system.ActorOf(counted.Props).Tell("x");
                    }
                    catch (InvalidOperationException)
                    {
                        // The system is on its way down.
                    }
                });
                makers[m].Start();
            }

            Drain(system.ActorOf(new Script().Props));
            Await(system.Terminate());
            Assert.Equal(0, Volatile.Read(ref alive));
            foreach (Thread maker in makers) maker.Join();
            Assert.Equal(0, Volatile.Read(ref alive));
        }
    }

    [Fact]
    public void A_tell_allocates_nothing_beyond_its_envelope()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Silent()));
        object message = new();
        const int count = 10_000;
        // The queue gets its size, the code its final form.
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < count; j++) actor.Tell(message, ActorRefs.NoSender);
            Drain(actor);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++) actor.Tell(message, ActorRefs.NoSender);
        long perTell = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        Assert.InRange(perTell, 0, 32);
    }

    private sealed record Numbered(int Sender, int Number);

    private sealed class Silent : ReceiveActor
    {
        public Silent()
        {
            ReceiveAny(static _ => { });
        }
    }

    private sealed class Counter
    {
        private readonly Action<object> _report;
        private readonly int[] _next = new int[Senders];
        private int _inside;
        private int _seen;

        public Counter(Action<object> report)
        {
            _report = report;
        }

        public int Errors { get; private set; }

        public void See(Numbered message)
        {
            if (Interlocked.Increment(ref _inside) != 1) Errors++;
            if (_next[message.Sender]++ != message.Number) Errors++;
            if (++_seen == Senders * PerSender) _report("all");
            Interlocked.Decrement(ref _inside);
        }
    }

    private sealed class Counting : ReceiveActor
    {
        public Counting(Counter counter)
        {
            Receive<Numbered>(counter.See);
        }
    }
}

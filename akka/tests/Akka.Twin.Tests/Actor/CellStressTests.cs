using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Twin.Tests.Actor;

/// <summary>
/// Threads tell, fail, stop, watch and replace the same actors at random. Every message must be handled once or be a dead letter
/// once, every watch must bring one notification, no actor may be on two threads, act before its start or after its end.
/// </summary>
public sealed class CellStressTests : SystemFixture
{
    private const int Threads = 4;
    private const int Places = 16;

    private static readonly int Steps = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 300_000 : 8_000;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<Letter> _letters = new();
    private readonly ConcurrentQueue<Task<bool>> _deaths = new();
    private readonly IActorRef[] _victims = new IActorRef[Places];
    private Func<Props, Props> _victimProps;
    private int _watches;
    private int _notices;

    public CellStressTests() : base("""
        pool { type = ForkJoinDispatcher, throughput = 3, dedicated-thread-pool { thread-count = 3, threadtype = background } }
        pinned { type = PinnedDispatcher }
        deque { mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox" }
        bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 10, mailbox-push-timeout-time = 10s }
        """)
    {
    }

    [Theory]
    [InlineData(1, "akka.actor.default-dispatcher", "")]
    [InlineData(2, "akka.actor.internal-dispatcher", "deque")]
    [InlineData(3, "pool", "")]
    [InlineData(4, "pinned", "")]
    [InlineData(5, "pool", "bounded")]
    public void Whatever_races_nothing_is_lost_doubled_or_run_by_two(int seed, string dispatcher, string mailbox)
    {
        _victimProps = props => mailbox.Length == 0 ? props.WithDispatcher(dispatcher) : props.WithDispatcher(dispatcher).WithMailbox(mailbox);
        IActorRef letters = Sys.ActorOf(Props.Create(() => new DeadLetterCounter()));
        Sys.EventStream.Subscribe(letters, typeof(DeadLetter));
        IActorRef[] arenas = new IActorRef[2];
        for (int i = 0; i < arenas.Length; i++) arenas[i] = Sys.ActorOf(Props.Create(() => new Arena(this)));
        IActorRef[] watchers = new IActorRef[2];
        for (int i = 0; i < watchers.Length; i++) watchers[i] = Sys.ActorOf(Props.Create(() => new Watcher(this)));
        for (int i = 0; i < Places; i++) _victims[i] = NewVictim(arenas[i % arenas.Length]);

        Thread[] threads = new Thread[Threads];
        for (int t = 0; t < Threads; t++)
        {
            int number = t;
            threads[t] = new Thread(() => Storm(number, new Random(seed * 1000 + number), arenas, watchers));
            threads[t].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        foreach (IActorRef victim in _victims) Sys.Stop(victim);
        foreach (Task<bool> death in _deaths) Assert.True(Await(death));
        foreach (IActorRef watcher in watchers) Drain(watcher);
        Drain(letters);
        Assert.Empty(_errors);
        int unseen = 0;
        int twice = 0;
        foreach (Letter letter in _letters)
        {
            if (letter.Seen == 0) unseen++;
            if (letter.Seen > 1) twice++;
        }

        Assert.Equal((0, 0), (unseen, twice));
        // The notices may still be on their way: they go out one after the other, and are two messages each.
        long deadline = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (Volatile.Read(ref _notices) < Volatile.Read(ref _watches) && Environment.TickCount64 < deadline)
            foreach (IActorRef watcher in watchers) Drain(watcher);
        Assert.Equal(Volatile.Read(ref _watches), Volatile.Read(ref _notices));
    }

    private void Storm(int thread, Random random, IActorRef[] arenas, IActorRef[] watchers)
    {
        int[] numbers = new int[Places];
        try
        {
            for (int i = 0; i < Steps; i++)
            {
                int place = random.Next(Places);
                IActorRef victim = Volatile.Read(ref _victims[place]);
                switch (random.Next(1000))
                {
                    case < 8:
                        IActorRef replaced = Interlocked.Exchange(ref _victims[place], NewVictim(arenas[random.Next(arenas.Length)]));
                        if (random.Next(2) == 0) Sys.Stop(replaced);
                        else replaced.Tell(PoisonPill.Instance);
                        break;
                    case < 12:
                        Sys.Stop(victim);
                        break;
                    case < 30:
                        Tell(victim, thread, place, ref numbers[place], Order.Fail);
                        break;
                    case < 40:
                        watchers[random.Next(watchers.Length)].Tell(new WatchIt(victim));
                        break;
                    case < 60:
                        Tell(victim, thread, place, ref numbers[place], Order.MakeChild);
                        break;
                    default:
                        Tell(victim, thread, place, ref numbers[place], Order.None);
                        break;
                }
            }
        }
        catch (Exception e)
        {
            _errors.Enqueue(e.ToString());
        }
    }

    private void Tell(IActorRef victim, int thread, int place, ref int number, Order order)
    {
        Letter letter = new(thread * Places + place, ++number, order);
        _letters.Enqueue(letter);
        victim.Tell(letter, ActorRefs.NoSender);
    }

    private IActorRef NewVictim(IActorRef arena)
    {
        IActorRef victim = Await(arena.Ask<IActorRef>("make", Limit));
        _deaths.Enqueue(victim.WatchAsync());
        return victim;
    }

    private enum Order
    {
        None,
        Fail,
        MakeChild,
    }

    private sealed record WatchIt(IActorRef Victim);

    private sealed class Letter
    {
        private int _seen;

        public Letter(int stream, int number, Order order)
        {
            Stream = stream;
            Number = number;
            Order = order;
        }

        public int Stream { get; }

        public int Number { get; }

        public Order Order { get; }

        public int Seen => Volatile.Read(ref _seen);

        public void See() => Interlocked.Increment(ref _seen);
    }

    /// <summary>What all incarnations of one actor share; written without any synchronization but the mailbox's.</summary>
    private sealed class Life
    {
        public readonly int[] Last = new int[Threads * Places];
        public int Inside;
        public bool Started;
        public bool Stopped;
    }

    private sealed class Arena : UntypedActor
    {
        private readonly CellStressTests _test;

        public Arena(CellStressTests test)
        {
            _test = test;
        }

        protected override void OnReceive(object message)
        {
            Life life = new();
            Sender.Tell(Context.ActorOf(_test._victimProps(Props.Create(() => new Victim(_test, life)))));
        }
    }

    private sealed class Victim : UntypedActor
    {
        private readonly CellStressTests _test;
        private readonly Life _life;

        public Victim(CellStressTests test, Life life)
        {
            _test = test;
            _life = life;
        }

        protected override void PreStart()
        {
            if (_life.Started && !_life.Stopped) Error("started twice without an end");
            _life.Started = true;
            _life.Stopped = false;
        }

        protected override void PostStop()
        {
            // A restart that waits for children and is overtaken by a stop ends the same instance twice, as the real library does.
            if (!_life.Started) Error("stopped without a start");
            _life.Stopped = true;
        }

        protected override void OnReceive(object message)
        {
            if (Interlocked.Increment(ref _life.Inside) != 1) Error("on two threads");
            try
            {
                Letter letter = (Letter)message;
                letter.See();
                if (!_life.Started || _life.Stopped) Error("acts outside of its life");
                if (letter.Number <= _life.Last[letter.Stream]) Error("out of order");
                _life.Last[letter.Stream] = letter.Number;
                if (letter.Order == Order.Fail) throw new TestFailure();
                if (letter.Order == Order.MakeChild) Context.ActorOf(Props.Create(() => new Child()));
            }
            finally
            {
                Interlocked.Decrement(ref _life.Inside);
            }
        }

        private void Error(string what) => _test._errors.Enqueue(Self + " " + what);
    }

    private sealed class Child : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Watcher : UntypedActor
    {
        private readonly CellStressTests _test;
        private readonly System.Collections.Generic.HashSet<IActorRef> _watched = new();

        public Watcher(CellStressTests test)
        {
            _test = test;
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case WatchIt it when _watched.Add(it.Victim):
                    Interlocked.Increment(ref _test._watches);
                    Context.Watch(it.Victim);
                    break;
                case Terminated terminated:
                    if (_watched.Contains(terminated.ActorRef)) Interlocked.Increment(ref _test._notices);
                    else _test._errors.Enqueue("notice of " + terminated.ActorRef + " that was not watched");
                    break;
            }
        }
    }

    private sealed class DeadLetterCounter : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is DeadLetter { Message: Letter letter }) letter.See();
        }
    }
}

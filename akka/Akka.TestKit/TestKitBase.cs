using System;
using System.Diagnostics;
using System.Threading;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.Util.Internal;

namespace Akka.TestKit;

/// <summary>
/// A system, an actor in it whose messages the test takes one by one, and the expectations on them.
/// Used by one test at a time; the messages may come from anywhere.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static readonly AtomicCounter TestActorNumber = new();

    private static readonly Config FullDebug = ConfigurationFactory.ParseString("""
        akka {
          loglevel = DEBUG
          stdout-loglevel = DEBUG
          log-dead-letters-during-shutdown = on
          actor.debug {
            receive = on
            autoreceive = on
            lifecycle = on
            event-stream = on
            unhandled = on
            fsm = on
            router-misconfiguration = on
          }
        }
        """);

    private readonly ITestKitAssertions _assertions;
    private readonly TestMessageQueue _queue = new();
    private ActorSystem _system;
    private IActorRef _testActor;
    private ActorCell _testActorCell;
    private SynchronizationContext _context;
    private SynchronizationContext _outerContext;
    private ILoggingAdapter _log;
    private TestKitSettings _settings;
    private EventFilterFactory _eventFilter;
    private MessageEnvelope _last = NullMessageEnvelope.Instance;

    // The end of the enclosing Within, on the clock of Now; null outside.
    private TimeSpan? _end;

    // True if the last expectation was that nothing comes: then Within does not mind the time that this took.
    private bool _lastWasNoMsg;

    /// <summary>With a system of its own, unless it is given one.</summary>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system = null, string testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    /// <summary>With a system of its own, unless it is given one.</summary>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    /// <summary>With a system of its own, unless it is given one.</summary>
    protected TestKitBase(ITestKitAssertions assertions, Config config, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, BootstrapOf(config), actorSystemName, testActorName)
    {
    }

    /// <summary>With a system of its own, unless it is given one.</summary>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        _assertions = assertions ?? throw new ArgumentNullException(nameof(assertions), "A test kit needs its assertions.");
        InitializeTest(system, config, actorSystemName, testActorName);
    }

    /// <summary>What every test system has as its lowest layer but the core's own.</summary>
    public static Config DefaultConfig => Configs.TestConfigs.DefaultConfig;

    /// <summary>Everything that the core can log about actors.</summary>
    public static Config FullDebugConfig => FullDebug;

    /// <summary>Real, monotonic time; only differences mean something.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>The system of the test.</summary>
    public ActorSystem Sys => _system;

    /// <summary>Its messages are those that the test expects; it is the sender of what the test tells.</summary>
    public IActorRef TestActor => _testActor;

    /// <summary>The times of <c>akka.test</c>.</summary>
    public TestKitSettings TestKitSettings => _settings;

    /// <summary>A log with the test class as its source.</summary>
    public ILoggingAdapter Log => _log ??= Logging.GetLogger(_system, GetType());

    /// <summary>Expectations on the log.</summary>
    public EventFilterFactory EventFilter => _eventFilter;

    /// <summary>Who sent the last message that was taken.</summary>
    public IActorRef LastSender => _last.Sender;

    /// <summary>The last message that was taken.</summary>
    public object LastMessage => _last.Message;

    /// <summary>True if a message waits for the test.</summary>
    public bool HasMessages => !_queue.IsEmpty;

    internal ITestKitAssertions TestAssertions => _assertions;

    /// <summary>Filters for the log of another system.</summary>
    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>A further test actor: its messages come to this kit as well.</summary>
    public IActorRef CreateTestActor(string name) => CreateTestActor(_system, name);

    /// <summary>A further test actor with its own messages and expectations.</summary>
    public virtual TestProbe CreateTestProbe(string name = null) => CreateTestProbe(_system, name);

    /// <summary>A further test actor with its own messages and expectations.</summary>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null) => new(system, _assertions, name);

    /// <summary>Opens when it has been counted down.</summary>
    public virtual TestLatch CreateTestLatch(int count = 1) => new(Dilated, _settings.DefaultTimeout, count);

    /// <summary>The messages for which this is true are dropped when they come.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestKit.TestActor.SetIgnore(message => shouldIgnoreMessage(message)), ActorRefs.NoSender);

    /// <summary>Messages of the type, or for which the function is true, are dropped when they come.</summary>
    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestKit.TestActor.SetIgnore(message => message is TMsg typed && shouldIgnoreMessage(typed)), ActorRefs.NoSender);

    /// <summary>Messages of the type, or for which the function is true, are dropped when they come.</summary>
    public void IgnoreMessages<TMsg>() => IgnoreMessages<TMsg>(static _ => true);

    /// <summary>Nothing is dropped any more.</summary>
    public void IgnoreNoMessages() => _testActor.Tell(new TestKit.TestActor.SetIgnore(null), ActorRefs.NoSender);

    /// <summary>Lets the test actor answer by itself; the test still gets the messages.</summary>
    public void SetAutoPilot(AutoPilot pilot) => _testActor.Tell(new TestKit.TestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>Terminates the kit's system and waits for it: 5 s by default.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(_system, duration, verifySystemShutdown);

    /// <summary>Terminates a system and waits for it: 5 s by default.</summary>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= _system;
        var wait = duration ?? Dilated(TimeSpan.FromSeconds(5)).Min(TimeSpan.FromSeconds(10));
        if (system.Terminate().Wait(wait))
        {
            return;
        }

        var problem = $"The system [{system.Name}] has not terminated within {wait}.\n{((ExtendedActorSystem)system).PrintTree()}";
        if (verifySystemShutdown)
        {
            throw new TimeoutException(problem);
        }

        system.Log.Warning("{0}", problem);
    }

    /// <summary>Gives the kit its system and its test actor.</summary>
    protected void InitializeTest(ActorSystem system, Config config, string actorSystemName, string testActorName) =>
        InitializeTest(system, BootstrapOf(config), actorSystemName, testActorName);

    /// <summary>Gives the kit its system and its test actor; the constructors call it.</summary>
    protected virtual void InitializeTest(ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        _system = system ?? ActorSystem.Create(actorSystemName ?? "test", WithTestDefaults(config));
        if (!_system.Settings.Config.HasPath("akka.test.test-actor.dispatcher"))
        {
            _system.Settings.InjectTopLevelFallback(DefaultConfig);
        }

        _system.RegisterExtension(new TestKitExtension());
        _system.RegisterExtension(new TestKitAssertionsExtension(_assertions));
        _settings = TestKitExtension.For(_system);
        _log = null;
        _eventFilter = new EventFilterFactory(this);
        _testActor = CreateTestActor(_system, testActorName ?? "testActor" + TestActorNumber.IncrementAndGet());
        _testActorCell = CellOf(_testActor);
        if (this is not TestProbe)
        {
            LendToThread(this is INoImplicitSender ? null : _testActorCell);
        }
    }

    /// <summary>Ends the implicit sender of this thread, if it is this kit's.</summary>
    internal void ForgetImplicitSender()
    {
        if (ReferenceEquals(InternalCurrentActorCellKeeper.Lent, _testActorCell))
        {
            InternalCurrentActorCellKeeper.Lent = null;
        }

        if (SynchronizationContext.Current is { } context && ReferenceEquals(context, _context))
        {
            SynchronizationContext.SetSynchronizationContext(_outerContext);
        }
    }

    /// <summary>Makes this thread, and the continuations of the test, send in the name of the cell (null: of nobody).</summary>
    private void LendToThread(ActorCell cell)
    {
        _outerContext = SynchronizationContext.Current;
        InternalCurrentActorCellKeeper.Lent = cell;
        _context = new ActorCellKeepingSynchronizationContext(cell);
        SynchronizationContext.SetSynchronizationContext(_context);
    }

    private static ActorSystemSetup BootstrapOf(Config config) =>
        config == null ? ActorSystemSetup.Empty : ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));

    private static ActorSystemSetup WithTestDefaults(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var withDefaults = bootstrap.HasValue
            ? bootstrap.Value.WithConfig(bootstrap.Value.Config.GetOrElse(Config.Empty).SafeWithFallback(DefaultConfig))
            : BootstrapSetup.Create().WithConfig(DefaultConfig);
        return setup.WithSetup(withDefaults);
    }

    private IActorRef CreateTestActor(ActorSystem system, string name) =>
        ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new InternalTestActor(_queue)).WithDispatcher("akka.test.test-actor.dispatcher"), name);

    private static ActorCell CellOf(IActorRef actor) => ((LocalActorRef)actor).Cell;

    private Exception Failure(string problem)
    {
        _assertions.Fail("{0}", problem);
        return new InvalidOperationException(problem);
    }
}

using System;
using System.Diagnostics;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>Puts messages into mailboxes and gets mailboxes executed.</summary>
public abstract class MessageDispatcher
{
    /// <summary>As many messages one run handles unless configured.</summary>
    public const int DefaultThroughput = 100;

    private long _inhabitants;
    private long _deadlineTicks;
    private long? _throughputDeadlineTime;

    /// <summary>Made by its configurator.</summary>
    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
    }

    /// <summary>Who made it.</summary>
    public MessageDispatcherConfigurator Configurator { get; }

    /// <summary>Where failures are published.</summary>
    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    /// <summary>The mailboxes of the system.</summary>
    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    /// <summary>Its path in the configuration.</summary>
    public string Id { get; protected set; }

    /// <summary>Most user messages of one run.</summary>
    public int Throughput { get; protected set; }

    /// <summary>Most time of one run in ticks of TimeSpan; null or not positive: without limit.</summary>
    public long? ThroughputDeadlineTime
    {
        get => _throughputDeadlineTime;
        protected set
        {
            _throughputDeadlineTime = value;
            _deadlineTicks = value > 0 ? (long)(value.Value * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond)) : 0;
        }
    }

    /// <summary>How long it lives on without actors.</summary>
    public TimeSpan ShutdownTimeout { get; protected set; }

    /// <summary>How many actors it runs.</summary>
    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    /// <summary>Runs something on it.</summary>
    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run));

    /// <summary>Runs something on it.</summary>
    public void Schedule(IRunnable run) => ExecuteTask(run);

    /// <summary>Puts a message into a mailbox, and has it run.</summary>
    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        Mailbox mailbox = cell.Mailbox;
        mailbox.Enqueue(cell.Self, envelope);
        if (!mailbox.IsClosedOrScheduled) RegisterForExecution(mailbox, true, false);
        else if (mailbox.IsClosed) CollectLateMessages(mailbox);
    }

    /// <summary>Puts a message of the runtime into a mailbox, and has it run.</summary>
    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        Mailbox mailbox = cell.Mailbox;
        if (mailbox.SystemEnqueue(cell.Self, message)) RegisterForExecution(mailbox, false, true);
        else cell.SystemImpl.Mailboxes.DeadLetterMailbox.SystemEnqueue(cell.Self, message);
    }

    /// <summary>The first execution of a new actor: its Create message waits in the mailbox.</summary>
    public virtual void Attach(ActorCell cell)
    {
        Register();
        RegisterForExecution(cell.Mailbox, false, true);
    }

    /// <summary>The actor has ended.</summary>
    public virtual void Detach(ActorCell cell)
    {
        Mailbox mailbox = cell.SwapMailbox(cell.SystemImpl.Mailboxes.DeadLetterMailbox);
        mailbox.BecomeClosed();
        mailbox.CleanUp();
        if (Interlocked.Decrement(ref _inhabitants) == 0) OnUninhabited();
    }

    /// <summary>Gives it to a thread.</summary>
    protected abstract void ExecuteTask(IRunnable run);

    /// <summary>Ends its threads.</summary>
    protected abstract void Shutdown();

    /// <summary>Publishes what came out of a mailbox.</summary>
    protected void ReportFailure(Exception ex)
    {
        if (ex is not ThreadInterruptedException) EventStream.Publish(new Error(ex, GetType().FullName, GetType(), ex.Message));
    }

    internal void Register() => Interlocked.Increment(ref _inhabitants);

    internal virtual void OnUninhabited()
    {
    }

    internal void ReportRunFailure(Exception e) => ReportFailure(e);

    internal void ShutdownFromSystem() => Shutdown();

    internal bool RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mailbox.CanBeScheduledForExecution(hasMessageHint, hasSystemMessageHint) || !mailbox.SetAsScheduled()) return false;
        try
        {
            ExecuteTask(mailbox);
            return true;
        }
        catch
        {
            mailbox.SetAsIdle();
            throw;
        }
    }

    /// <summary>In ticks of Stopwatch; 0 = no deadline.</summary>
    internal long DeadlineTimestamp() => _deadlineTicks == 0 ? 0 : Stopwatch.GetTimestamp() + _deadlineTicks;

    // M4 of Mailbox: the actor stopped between the sender's look-up of its mailbox and the enqueueing.
    private static void CollectLateMessages(Mailbox mailbox)
    {
        if (mailbox is not DeadLetterMailbox) mailbox.CleanUp();
    }
}

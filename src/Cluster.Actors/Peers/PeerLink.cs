using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Cluster.Actors.Shards;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Peers;

/// <summary>
/// One stream of multi-shard messages each way between this node and another. At most once, in order while the link stands.
///
/// state       | accepts                        | leaves when
/// Connecting  | hellos; drops what is sent     | the peer's link is known: its hello came, or it accepted ours
/// Connected   | everything                     | nine heartbeats of silence, a refusal, a moved peer → Connecting; a new process → Connected anew
///
/// Invariants:
/// P1 A message is released exactly once: when it is encoded, or when it is dropped.
/// P2 Unconfirmed bytes ≤ limit + an eighth for urgent messages + one frame; heartbeats pass always, so a lost frame cannot close the window for good.
/// P3 A message above the frame's limit travels as consecutive parts of the stream; a gap drops what was gathered of it.
/// P4 Chunks of snapshots wait until there is nothing else to send, and only a few are unconfirmed at a time.
/// Nothing here survives a crash, and nothing needs to.
/// </summary>
public sealed partial class PeerLink : ReceiveActor, IWithTimers
{
    private readonly PeerSettings _settings;
    private readonly NodePeers _peers;
    private readonly NodeClocks _clocks;
    private readonly LinkPort _port;
    private readonly LinkStatus _status;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private PeerAddress _address;
    private IActorRef? _remote;
    private long _remoteProcess;
    private long _attempt;
    private readonly BackOff _backOff = new();
    private long _heardAt;

    /// <summary>The peer was declared broken, and nothing was heard since; for a closed connection, or for silence.</summary>
    private bool _broken;

    private bool _closed;

    private string _refusal = "";

    public PeerLink(PeerSettings settings, PeerAddress address, NodePeers peers, NodeClocks clocks)
    {
        _settings = settings;
        _address = address;
        _peers = peers;
        _clocks = clocks;
        _port = new LinkPort(Self, settings.WaitingBytesMax);
        _status = peers.Links.Of(address.Node);
        _out = new WireWriter(settings.FrameBytesTarget * 2);

        Receive<Wake>(_ => Pump());
        Receive<PeerFrame>(OnFrame);
        Receive<HeartbeatTick>(_ => OnHeartbeatTick());
        Receive<HelloTick>(_ => SayHello());
        Receive<Hello>(OnHello);
        Receive<HelloAccepted>(OnAccepted);
        Receive<HelloRefused>(OnRefused);
        Receive<PeerAddress>(OnMoved);
        Receive<DisassociatedEvent>(OnDisassociated);
        Receive<ParkingNews>(_ => OnParkingNews());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(PeerSettings settings, PeerAddress address, NodePeers peers, NodeClocks clocks) =>
        Akka.Actor.Props.Create(() => new PeerLink(settings, address, peers, clocks));

    protected override void PreStart()
    {
        _peers.Open(_address.Node, _port);
        _status.Attach(_port);
        OpenPair();
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Timers.StartPeriodicTimer("heartbeat", HeartbeatTick.Instance, _settings.HeartbeatInterval);
        SayHello();
    }

    protected override void PostStop()
    {
        _peers.Close(_address.Node, _port);
        CheckParked(patienceMicros: -1);
        _peers.Parked.Close(_address.Node, _pair);
        _status.Attach(null);
        if (_remote is not null)
        {
            _status.NoteLost();
            Context.System.EventStream.Publish(new PeerLost(_address.Node, "the link was stopped"));
        }

        _out.Dispose();
    }

    // Handshake

    private void SayHello()
    {
        if (_remote is not null) return;
        _attempt++;
        var hello = new Hello(
            PeerProtocolVersion.Current, _settings.ClusterId, _settings.RecoveryGeneration, _settings.Node, _settings.NodeName,
            _settings.ProcessId, _address.Node, _attempt, _settings.ShardCount);
        Context.ActorSelection($"{_address.Remote}/user/node/{PeerGate.Name}").Tell(hello, Self);
        Timers.StartSingleTimer("hello", HelloTick.Instance, _backOff.Next(_refusal, refused: _refusal.Length > 0));
    }

    private void OnHello(Hello hello)
    {
        // First the answer: frames that overtook it would be dropped as coming from a stranger.
        Sender.Tell(new HelloAccepted(_settings.Node, _settings.ProcessId, hello.Attempt), Self);
        Connect(Sender, hello.ProcessId);
    }

    private void OnAccepted(HelloAccepted message)
    {
        if (message.Attempt == _attempt) Connect(Sender, message.ProcessId);
    }

    private void OnRefused(HelloRefused message)
    {
        if (message.Attempt != _attempt || _remote is not null) return;
        if (message.Reason == HelloRefusal.Unknown) return;
        if (_refusal != message.Text) _log.Error("{0} ({1}) refuses the link: {2}", _address.Name, _address.Remote, message.Text);
        _refusal = message.Text;
    }

    private void OnMoved(PeerAddress address)
    {
        bool moved = !address.Remote.Equals(_address.Remote);
        _address = address;
        if (moved)
        {
            Lose($"it moved to {address.Remote}");
        }
        else if (_remote is null && _refusal.Length > 0)
        {
            // The topology has changed, perhaps what was refused with it.
            _backOff.Cancel();
            SayHello();
        }
    }

    private void Connect(IActorRef remote, long process)
    {
        _heardAt = Environment.TickCount64;
        _backOff.Cancel();
        _refusal = "";
        if (remote.Equals(_remote) && process == _remoteProcess) return;

        if (_remote is not null && process != _remoteProcess)
        {
            _status.NoteLost();
            Context.System.EventStream.Publish(new PeerLost(_address.Node, "it runs as a new process"));
        }

        _status.NoteOpened();
        _remote = remote;
        _remoteProcess = process;
        _closed = _broken = false;
        Timers.Cancel("hello");
        OpenStream();
        _log.Info("linked with {0} ({1})", _address.Name, _address.Remote);
        Context.System.EventStream.Publish(new PeerUp(_address.Node, process));
        SendFrame();
    }

    private void Lose(string reason)
    {
        _backOff.Cancel();
        if (_remote is not null)
        {
            _log.Info("lost {0} ({1}): {2}", _address.Name, _address.Remote, reason);
            _remote = null;
            _status.NoteLost();
            DropUnsent();
            Context.System.EventStream.Publish(new PeerLost(_address.Node, reason));
        }

        SayHello();
    }

    /// <summary>Far sooner than silence: the system of a process that has ended closes its connections at once.</summary>
    private void OnDisassociated(DisassociatedEvent end)
    {
        if (_remote is null || _closed || !end.RemoteAddress.Equals(_address.Remote)) return;
        _closed = _broken = true;
        Context.System.EventStream.Publish(new PeerBroken(_address.Node, Closed: true));
        // If only the connection has ended: what goes out opens it anew.
        SendFrame();
    }

    private void OnHeartbeatTick()
    {
        CheckParked(PatienceMicros);
        if (_remote is null) return;
        if (!_broken && Environment.TickCount64 - _heardAt > _settings.HeartbeatInterval.TotalMilliseconds * 3)
        {
            _broken = true;
            Context.System.EventStream.Publish(new PeerBroken(_address.Node, Closed: false));
        }

        bool speaks = _pair.Speaks;
        if (speaks) AppendHeartbeat();
        if (Environment.TickCount64 - _heardAt > _settings.SilenceMax.TotalMilliseconds) Lose("silence");
        else if (speaks) SendFrame();
        else if (_quietSinceTick) SendFrame();
        else _quietSinceTick = true;
    }

    /// <summary>The port's queue is no longer empty.</summary>
    internal sealed class Wake
    {
        public static readonly Wake Instance = new();
    }

    private sealed class HeartbeatTick
    {
        public static readonly HeartbeatTick Instance = new();
    }

    private sealed class HelloTick
    {
        public static readonly HelloTick Instance = new();
    }
}

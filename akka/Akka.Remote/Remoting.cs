using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Associations;
using Akka.Remote.Sockets;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote;

/// <summary>
/// Remoting of one actor system: its listening port, its associations (one per address that it sends to), the connections that peers
/// have opened, and the once-a-second housekeeping of all of them.
/// </summary>
internal sealed class Remoting : RemoteTransport
{
    private const int HousekeepingMs = 1000;
    private const int StrangersMax = 10_000;

    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly ConcurrentDictionary<InboundLink, bool> _inbound = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly LogLevel? _logLevel;
    private readonly TlsNegotiator _tls;
    private readonly Configuration.Config _detectorConfig;
    private HashSet<Address> _addresses = new();
    private Socket _listener;
    private Timer _housekeeping;
    private Task _shutdown;
    private volatile bool _isShuttingDown;

    public Remoting(ExtendedActorSystem system, RemoteActorRefProvider provider) : base(system, provider)
    {
        Settings = provider.RemoteSettings;
        Tcp = new TcpSettings(Settings.Transports[0].Config, system.Settings.Setup);
        Log = Logging.GetLogger(system, "remoting");
        Strangers = new StrangerLog(Log);
        if (Tcp.Tls is { } tls) _tls = new TlsNegotiator(tls, Log);
        _logLevel = Settings.LifecycleLogLevel;
        logRemoteLifeCycleEvents = _logLevel is not null;
        Quarantines = new QuarantineRegistry(Settings.QuarantineDuration ?? TimeSpan.FromDays(5), TimeProvider.System);
        Dispatcher = new InboundDispatcher(this);
        FrameLog = new FrameLog(Log, Settings.LogFrameSizeExceeding);
        _detectorConfig = Settings.Config.GetConfig("akka.remote.transport-failure-detector");
        HeartbeatIntervalMs = (long)_detectorConfig.GetTimeSpan("heartbeat-interval").TotalMilliseconds;
        // So that a wrong class is told at the start.
        NewTransportFailureDetector();
        LocalUid = AddressUidExtension.Uid(system);
    }

    public RemoteSettings Settings { get; }

    public TcpSettings Tcp { get; }

    public QuarantineRegistry Quarantines { get; }

    public StrangerLog Strangers { get; }

    public InboundDispatcher Dispatcher { get; }

    public IPathResolver Paths => Provider;

    public Address LocalAddress { get; private set; }

    public int LocalUid { get; }

    public bool IsShuttingDown => _isShuttingDown;

    public CancellationToken Stopping => _stopping.Token;

    public long HeartbeatIntervalMs { get; }

    public FrameLog FrameLog { get; }

    public override ISet<Address> Addresses => _addresses;

    public override Address DefaultAddress => LocalAddress;

    public override void Start()
    {
        try
        {
            _listener = TcpDialer.Listen(Tcp);
        }
        catch (SocketException e)
        {
            throw new RemoteTransportException("Cannot listen on [" + Tcp.BindHost + ":" + Tcp.Port + "]: " + e.Message, e);
        }

        int port = Tcp.PublicPort != 0 ? Tcp.PublicPort : ((IPEndPoint)_listener.LocalEndPoint).Port;
        LocalAddress = new Address(Tcp.Scheme, System.Name, Tcp.PublicHost, port);
        _addresses = new HashSet<Address> { LocalAddress };
        _ = new Acceptor(_listener, Tcp, _tls, Settings.HandshakeTimeout, Log, Strangers, Accepted, Stopping).RunAsync();
        _housekeeping = new Timer(static self => ((Remoting)self).KeepHouse(), this, HousekeepingMs, HousekeepingMs);
        Publish(new RemotingListenEvent([LocalAddress]));
    }

    public override void Send(object message, IActorRef sender, RemoteActorRef recipient)
    {
        OutboundItem item = new(message, sender, recipient, message is ISystemMessage, IsUrgent(message));
        if (_isShuttingDown)
        {
            DeadLetter(item);
            return;
        }

        (recipient.Association ??= AssociationWith(recipient.Path.Address)).Send(item);
    }

    private static bool IsUrgent(object message) => message is IPriorityMessage or ActorSelectionMessage { Message: IPriorityMessage };

    public override Task<bool> ManagementCommand(object cmd) => Task.FromResult(false);

    public override Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken) => Task.FromResult(false);

    public override Address LocalAddressForRemote(Address remote) => LocalAddress;

    /// <summary>
    /// The next message to that address connects even if the last connection failed a moment ago. For the few who ask at their own
    /// modest pace, such as a node that looks for its seed nodes.
    /// </summary>
    public void TryNow(Address address)
    {
        if (_associations.TryGetValue(address, out Association known)) known.Post(AssociationInput.TryNow.Instance);
    }

    public override void Quarantine(Address address, int? uid)
    {
        if (uid is { } number) AddQuarantine(address, number, "by request");
        AssociationWith(address).Post(new AssociationInput.Quarantine(uid, "by request"));
    }

    public override Task Shutdown()
    {
        lock (_stopping) return _shutdown ??= ShutdownAsync();
    }

    public bool IsResponsibleFor(Address address) =>
        address.Protocol == LocalAddress.Protocol && address.HasGlobalScope && address.Port is > 0;

    public Association AssociationWith(Address address) =>
        _associations.TryGetValue(address, out Association known)
            ? known
            : _associations.GetOrAdd(address, static (key, self) => new Association(self, key), this);

    /// <summary>For a system that connects: null when so many are known that these are no cluster's members any more.</summary>
    public Association AssociationFor(Address origin) =>
        _associations.Count >= StrangersMax && !_associations.ContainsKey(origin) ? null : AssociationWith(origin);

    /// <summary>False: it was quarantined already.</summary>
    public bool AddQuarantine(Address address, int uid, string reason)
    {
        if (!Quarantines.Add(address, uid)) return false;
        QuarantinedEvent happened = new(address, uid);
        Log.Warning("{0} Cause: {1}.", happened, reason);
        System.EventStream.Publish(happened);
        return true;
    }

    public void Publish(RemotingLifecycleEvent happened)
    {
        System.EventStream.Publish(happened);
        LogLevel level = happened.LogLevel();
        if (_logLevel is { } atLeast && level >= atLeast && Log.IsEnabled(level)) Log.Log(level, null, happened.ToString());
    }

    public void DeadLetter(in OutboundItem item)
    {
        IActorRef deadLetters = Provider.DeadLetters;
        deadLetters.Tell(new DeadLetter(item.Message, item.Sender ?? deadLetters, item.Recipient), item.Sender);
    }

    public Task<Channel> DialAsync(Address peer) =>
        TcpDialer.DialAsync(peer.Host, peer.Port.Value, Tcp, _tls, Settings.HandshakeTimeout, Stopping);

    public FailureDetector NewTransportFailureDetector() =>
        FailureDetectorLoader.Load(_detectorConfig.GetString("implementation-class"), _detectorConfig, System);

    public void Forget(Association association) =>
        _associations.TryRemove(new KeyValuePair<Address, Association>(association.RemoteAddress, association));

    public void Forget(InboundLink link) => _inbound.TryRemove(link, out _);

    /// <summary>As a network does: every connection ends at once and without a word.</summary>
    internal void BreakConnections()
    {
        foreach (InboundLink link in _inbound.Keys) link.Close();
        foreach (Association association in _associations.Values) association.BreakConnection();
    }

    /// <summary>The peer has been told to go; if it does not, it is cut off after the flush time.</summary>
    public void CloseSoon(TcpLink link, TaskCompletionSource done = null) => _ = CloseSoonAsync(link, done);

    private async Task CloseSoonAsync(TcpLink link, TaskCompletionSource done)
    {
        try
        {
            await link.Ended.WaitAsync(Settings.FlushWait).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }

        link.Close();
        done?.TrySetResult();
    }

    private void Accepted(Channel channel, string from)
    {
        InboundLink link = new(this, channel, from);
        _inbound[link] = true;
        // The shutdown may have been through with the links before this one was among them.
        if (_isShuttingDown) link.Close();
        link.Link.StartReading();
    }

    private void KeepHouse()
    {
        long now = Environment.TickCount64;
        foreach (Association association in _associations.Values) association.Post(new AssociationInput.Housekeeping(now));
        foreach (InboundLink link in _inbound.Keys)
        {
            if (!link.IsEstablished)
            {
                if (now - link.OpenedMs > Settings.HandshakeTimeout.TotalMilliseconds) link.Close();
                continue;
            }

            if (!link.Monitor.IsAlive()) link.Close();
            else link.Heartbeat(now, HeartbeatIntervalMs);
        }

        Quarantines.Prune();
        Strangers.Report();
    }

    private async Task ShutdownAsync()
    {
        _isShuttingDown = true;
        _listener?.Dispose();
        Task[] flushed = _associations.Values
            .Select(static association =>
            {
                TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                association.Post(new AssociationInput.Shutdown(done));
                return done.Task;
            })
            .ToArray();
        try
        {
            await Task.WhenAll(flushed).WaitAsync(Settings.FlushWait).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.Warning("Shutdown finished, but flushing might not have been successful and some messages might have been dropped.");
        }

        foreach (Association association in _associations.Values) association.Post(AssociationInput.Abort.Instance);
        foreach (InboundLink link in _inbound.Keys) link.Leave(DisassociateInfo.Shutdown);
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_housekeeping is not null) await _housekeeping.DisposeAsync().ConfigureAwait(false);
        Publish(new RemotingShutdownEvent());
    }
}

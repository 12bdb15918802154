using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Cluster.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace Cluster.Node.Hosting;

/// <summary>
/// Keeps the node in an ActorSystem. When one ends without having been asked to (the node was downed or quarantined, or has to join another
/// cluster) a new one is built in the same process, with back-off; storage stays as it is.
/// </summary>
internal sealed class ActorSystemRunner(ClusterSettings settings, Config config, ILoggerFactory logs, Action<ActorSystem> populate)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A system that lived this long was fine; the next failure starts from the shortest pause.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan TerminateTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _log = logs.CreateLogger("node");
    private Config _config = config;
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<string> _rebuild = NewRebuild();
    private ActorSystem? _system;
    private Task _running = Task.CompletedTask;

    /// <exception cref="SettingsException">The remoting port is occupied.</exception>
    public void Start()
    {
        _system = Create();
        populate(_system);
        _running = KeepAsync(_system);
    }

    /// <summary>Any thread: this ActorSystem is of no use any more.</summary>
    public void Rebuild(string reason) => _rebuild.TrySetResult(reason);

    /// <summary>Leaves the cluster and ends the ActorSystem, within the time given.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_system is null) return;
        var leaving = CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        await Task.WhenAny(leaving, Task.Delay(timeout)).ConfigureAwait(false);
        if (!leaving.IsCompleted) _log.LogWarning("the others have not confirmed the leave within {Seconds} s; the node ends without it", timeout.TotalSeconds);
    }

    private async Task KeepAsync(ActorSystem system)
    {
        var pause = ShortestPause;
        while (true)
        {
            long since = TimeProvider.System.GetTimestamp();
            var stopped = Task.Delay(Timeout.Infinite, _stop.Token);
            var first = await Task.WhenAny(system.WhenTerminated, _rebuild.Task, stopped).ConfigureAwait(false);
            if (_stop.IsCancellationRequested) return;
            string reason = first == _rebuild.Task ? await _rebuild.Task.ConfigureAwait(false) : "it was taken out of the cluster";
            _log.LogWarning("building a new ActorSystem: {Reason}", reason);
            await Task.WhenAny(TerminateWithoutLeave(system), Task.Delay(TerminateTimeout)).ConfigureAwait(false);
            if (TimeProvider.System.GetElapsedTime(since) > Settled) pause = ShortestPause;
            if (!await PauseAsync(pause).ConfigureAwait(false)) return;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            while (!TryCreate(out system!))
                if (!await PauseAsync(pause).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Nobody would confirm a leave: skips the phases that ask for it, and with them their time-outs.</summary>
    private static Task TerminateWithoutLeave(ActorSystem system) => system.WhenTerminated.IsCompleted
        ? Task.CompletedTask
        : Task.WhenAll(
            CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterDowningReason.Instance, CoordinatedShutdown.PhaseBeforeActorSystemTerminate),
            system.WhenTerminated);

    private bool TryCreate(out ActorSystem? system)
    {
        system = null;
        try
        {
            _rebuild = NewRebuild();
            system = Create();
            _system = system;
            populate(system);
            return true;
        }
        catch (Exception e)
        {
            _log.LogError(e, "the new ActorSystem did not start; trying again");
            return false;
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }

    private ActorSystem Create()
    {
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(_config), new NodeLogSetup(logs));
        try
        {
            var system = ActorSystem.Create(settings.Name, setup);
            if (settings.Remoting.Port == 0) KeepPort(system);
            return system;
        }
        catch (Exception e) when (SocketErrorOf(e) is SocketError.AddressAlreadyInUse)
        {
            throw new SettingsException($"akka.remote.dot-netty.tcp.port: {settings.Remoting.Host}:{settings.Remoting.Port} is in use by another program", e);
        }
        catch (Exception e) when (SocketErrorOf(e) is { } error)
        {
            throw new SettingsException($"akka.remote.dot-netty.tcp: cannot listen on {settings.Remoting.Host}:{settings.Remoting.Port}: {error}", e);
        }
    }

    /// <summary>Others know the node by the port that the first system was given.</summary>
    private void KeepPort(ActorSystem system)
    {
        if (((ExtendedActorSystem)system).Provider.DefaultAddress.Port is { } port)
            _config = ConfigurationFactory.ParseString(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"akka.remote.dot-netty.tcp.port = {port}")).WithFallback(_config);
    }

    private static SocketError? SocketErrorOf(Exception? e)
    {
        for (; e is not null; e = e is AggregateException { InnerExceptions.Count: > 0 } several ? several.InnerExceptions[0] : e.InnerException)
            if (e is SocketException socket) return socket.SocketErrorCode;
        return null;
    }

    private static TaskCompletionSource<string> NewRebuild() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace Akka.Twin.Tests.Remote;

/// <summary>Systems with remoting on free ports of this machine, ended with the test, and a queue of what they publish.</summary>
public abstract class RemoteFixture : IDisposable
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected const string Common = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.remote.retry-gate-closed-for = 100ms
        akka.remote.watch-failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 5s, expected-response-after = 100ms, unreachable-nodes-reaper-interval = 50ms }

        """;

    private readonly List<ActorSystem> _systems = new();

    protected ActorSystem Start(string name, string config = "") =>
        Adopt(ActorSystem.Create(name, ConfigurationFactory.ParseString(Common + config)));

    /// <summary>Ends with the test.</summary>
    protected ActorSystem Adopt(ActorSystem system)
    {
        _systems.Add(system);
        return system;
    }

    protected static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    protected static int PortOf(ActorSystem system) => AddressOf(system).Port.Value;

    internal static Remoting RemotingOf(ActorSystem system) => (Remoting)((RemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Transport;

    /// <summary>The reference that <paramref name="from"/> has of an actor of another system.</summary>
    protected static IActorRef Across(ActorSystem from, IActorRef actor, ActorSystem of) =>
        ((ExtendedActorSystem)from).Provider.ResolveActorRef(actor.Path.ToSerializationFormatWithAddress(AddressOf(of)));

    protected static BlockingCollection<T> Events<T>(ActorSystem system)
    {
        BlockingCollection<T> queue = new();
        IActorRef collector = system.ActorOf(Props.Create(() => new Reporter<T>(queue)));
        system.EventStream.Subscribe(collector, typeof(T));
        return queue;
    }

    protected static T Next<T>(BlockingCollection<T> queue) =>
        queue.TryTake(out T item, Limit) ? item : throw new TimeoutException("No " + typeof(T).Name + " came");

    protected static T Await<T>(Task<T> task) =>
        task.Wait(Limit) ? task.Result : throw new TimeoutException("The task did not complete");

    protected static void Await(Task task)
    {
        if (!task.Wait(Limit)) throw new TimeoutException("The task did not complete");
    }

    protected static string AskUntilAnswered(IActorRef target, string message)
    {
        DateTime end = DateTime.UtcNow + Limit;
        while (DateTime.UtcNow < end)
        {
            try
            {
                Task<string> asked = target.Ask<string>(message, TimeSpan.FromMilliseconds(300));
                if (asked.Wait(Limit)) return asked.Result;
            }
            catch (AggregateException e) when (e.InnerException is AskTimeoutException)
            {
                // Still gated.
            }
        }

        throw new TimeoutException("No answer from " + target);
    }

    protected static bool IsCutOff(Socket socket)
    {
        try
        {
            byte[] buffer = new byte[4096];
            while (socket.Receive(buffer) > 0)
            {
            }

            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    protected static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint).Port;
    }

    protected void Stop(ActorSystem system)
    {
        _systems.Remove(system);
        Await(system.Terminate());
    }

    public virtual void Dispose()
    {
        Task[] ends = _systems.ConvertAll(static system => system.Terminate()).ToArray();
        if (!Task.WaitAll(ends, Limit)) throw new TimeoutException("A system did not terminate");
        GC.SuppressFinalize(this);
    }
}

/// <summary>Puts every message of a type into a queue.</summary>
public sealed class Reporter<T> : ReceiveActor
{
    public Reporter(BlockingCollection<T> queue)
    {
        Receive<T>(queue.Add);
    }
}

public sealed class Echo : ReceiveActor
{
    public Echo()
    {
        ReceiveAny(message => Sender.Tell(message, Self));
    }
}

/// <summary>Watches whom it is told to and reports who has ended.</summary>
public sealed class Watcher : ReceiveActor
{
    public Watcher(BlockingCollection<Terminated> queue)
    {
        Receive<IActorRef>(actor =>
        {
            Context.Watch(actor);
            Sender.Tell("watching", Self);
        });
        Receive<Terminated>(queue.Add);
    }
}

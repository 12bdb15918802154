using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Twin.Tests.Actor;

/// <summary>One system per test, quiet, ended with the test; and a queue to which actors report.</summary>
public abstract class SystemFixture : IDisposable
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly BlockingCollection<object> _reports = new();

    protected const string Quiet = "akka.loglevel = OFF\nakka.stdout-loglevel = OFF\n";

    protected SystemFixture(string config = "")
    {
        Sys = ActorSystem.Create("test", ConfigurationFactory.ParseString(Quiet + config));
    }

    protected ActorSystem Sys { get; }

    public void Dispose()
    {
        if (!Sys.Terminate().Wait(Limit)) throw new TimeoutException("The system did not terminate");
        GC.SuppressFinalize(this);
    }

    protected void Report(object what) => _reports.Add(what);

    /// <summary>Waits for the next report.</summary>
    protected object Next()
    {
        if (_reports.TryTake(out object report, Limit)) return report;
        throw new TimeoutException("Nothing was reported");
    }

    protected object[] Next(int count) => Enumerable.Range(0, count).Select(_ => Next()).ToArray();

    /// <summary>What has been reported so far, without waiting.</summary>
    protected IReadOnlyList<object> Rest()
    {
        List<object> rest = new();
        while (_reports.TryTake(out object report)) rest.Add(report);
        return rest;
    }

    protected T Await<T>(Task<T> task)
    {
        if (!task.Wait(Limit)) throw new TimeoutException("The task did not complete");
        return task.Result;
    }

    protected void Await(Task task)
    {
        if (!task.Wait(Limit)) throw new TimeoutException("The task did not complete");
    }

    /// <summary>Waits until the actor has handled what it was sent before (it must not have a handler of its own for Identify, which nobody has).</summary>
    protected void Drain(IActorRef actor) => Await(actor.Ask<ActorIdentity>(new Identify(0), Limit));
}

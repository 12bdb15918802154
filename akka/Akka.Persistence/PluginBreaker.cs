using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Pattern;

namespace Akka.Persistence;

/// <summary>The circuit breaker that a plugin's section describes.</summary>
internal static class PluginBreaker
{
    public static CircuitBreaker Create(IScheduler scheduler, Config plugin) => CircuitBreaker.Create(
        scheduler,
        plugin.GetInt("circuit-breaker.max-failures", 10),
        plugin.GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(10)),
        plugin.GetTimeSpan("circuit-breaker.reset-timeout", TimeSpan.FromSeconds(30)));
}

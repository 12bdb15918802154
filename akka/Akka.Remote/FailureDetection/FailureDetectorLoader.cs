using System;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Remote;

/// <summary>Makes the failure detector that a configuration names. Its constructor takes (Config, EventStream).</summary>
public static class FailureDetectorLoader
{
    /// <summary>Of the class with that name, with its section.</summary>
    public static FailureDetector Load(string fqcn, Config config, ActorSystem system)
    {
        Type type = Type.GetType(fqcn, throwOnError: false)
            ?? throw new ConfigurationException("Could not find the failure detector [" + fqcn + "]");
        try
        {
            return (FailureDetector)Activator.CreateInstance(type, config, system.EventStream);
        }
        catch (Exception e) when (e is TargetInvocationException or MissingMethodException or InvalidCastException)
        {
            throw new ConfigurationException("Could not create the failure detector [" + fqcn + "]", e.InnerException ?? e);
        }
    }

    /// <summary>Of the class with that name, with its section.</summary>
    public static FailureDetector LoadFailureDetector(this IActorContext context, string fqcn, Config config) =>
        Load(fqcn, config, context.System);
}

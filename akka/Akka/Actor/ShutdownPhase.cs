using System;
using System.Collections.Generic;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Akka.Actor;

/// <summary>A phase of the coordinated shutdown as configured.</summary>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled)
{
    public static IReadOnlyDictionary<string, ShutdownPhase> Read(Config config)
    {
        TimeSpan timeout = config.GetTimeSpan("default-phase-timeout");
        Dictionary<string, ShutdownPhase> phases = new();
        Config section = config.GetConfig("phases");
        if (section.IsNullOrEmpty()) return phases;
        foreach (KeyValuePair<string, HoconValue> pair in section.AsEnumerable())
        {
            Config phase = pair.Value.IsObject() ? pair.Value.ToConfig() : Config.Empty;
            phases[pair.Key.Trim('"')] = new ShutdownPhase(
                phase.HasPath("depends-on") ? [.. phase.GetStringList("depends-on")] : [],
                phase.GetTimeSpan("timeout", timeout, allowInfinite: false),
                phase.GetBoolean("recover", true),
                phase.GetBoolean("enabled", true));
        }

        return phases;
    }

    /// <summary>Every phase after all that it depends on; a phase that is only depended on counts as one without settings.</summary>
    public static IReadOnlyList<string> Sort(IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        List<string> order = new();
        HashSet<string> begun = new();
        HashSet<string> done = new();
        foreach (string name in phases.Keys) Visit(name);
        return order;

        void Visit(string name)
        {
            if (done.Contains(name)) return;
            if (!begun.Add(name))
                throw new ArgumentException("Cycle detected in graph of phases. It must be a DAG. phase [" + name + "] depends transitively on itself.");
            if (phases.TryGetValue(name, out ShutdownPhase phase))
                foreach (string dependency in phase.DependsOn) Visit(dependency);
            done.Add(name);
            if (phase is not null) order.Add(name);
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Akka.Actor;

/// <summary>The sections of akka.actor.deployment by the path of the actor below /user. A * stands for any one name.</summary>
public class Deployer
{
    /// <summary>The deployment without a section of its own.</summary>
    protected readonly Config Default;

    private readonly ConcurrentDictionary<string, Deploy> _exact = new();
    private readonly ConcurrentDictionary<string, (string[] Pattern, Deploy Deploy)> _patterns = new();

    /// <summary>Reads <c>akka.actor.deployment</c>.</summary>
    public Deployer(Settings settings)
    {
        Config deployment = settings.Config.GetConfig("akka.actor.deployment");
        Default = deployment?.GetConfig("default") ?? Config.Empty;
        if (deployment.IsNullOrEmpty()) return;
        foreach (KeyValuePair<string, HoconValue> pair in deployment.AsEnumerable())
        {
            string key = pair.Key.Trim('"');
            if (key == "default" || !pair.Value.IsObject()) continue;
            Deploy deploy = ParseConfig(key, pair.Value.ToConfig().SafeWithFallback(Default));
            if (deploy is not null) SetDeploy(deploy);
        }
    }

    /// <summary>For an actor below /user; others have none (null).</summary>
    public Deploy Lookup(ActorPath path)
    {
        if (_exact.IsEmpty && _patterns.IsEmpty) return null;
        IReadOnlyList<string> elements = path.Elements;
        return elements.Count < 2 || elements[0] != "user" ? null : Lookup(elements.Skip(1));
    }

    /// <summary>What is set for a path, or null.</summary>
    public Deploy Lookup(IEnumerable<string> path)
    {
        string[] names = path.ToArray();
        if (_exact.TryGetValue("/" + string.Join("/", names), out Deploy deploy)) return deploy;
        foreach ((string[] pattern, Deploy candidate) in _patterns.Values)
            if (Matches(pattern, names)) return candidate;
        return null;
    }

    /// <summary>Sets it.</summary>
    public void SetDeploy(Deploy deploy)
    {
        string path = deploy.Path.StartsWith('/') ? deploy.Path : "/" + deploy.Path;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name != "*" && !ActorPath.IsValidPathElement(name))
                throw new IllegalActorNameException("Illegal actor name [" + name + "] in deployment [" + deploy.Path + "]");
        }

        if (path.Contains('*')) _patterns[path] = (path.Split('/', StringSplitOptions.RemoveEmptyEntries), deploy);
        else _exact[path] = deploy;
    }

    /// <summary>Reads a section.</summary>
    public virtual Deploy ParseConfig(string key, Config config) => new(
        key,
        config,
        Deploy.NoScopeGiven,
        config.GetString("dispatcher", Deploy.NoDispatcherGiven),
        config.GetString("mailbox", Deploy.NoMailboxGiven),
        config.GetInt("stash-capacity", Deploy.NoStashSize));

    private static bool Matches(string[] pattern, string[] names)
    {
        if (pattern.Length != names.Length) return false;
        for (int i = 0; i < names.Length; i++)
            if (pattern[i] != "*" && pattern[i] != names[i]) return false;
        return true;
    }
}

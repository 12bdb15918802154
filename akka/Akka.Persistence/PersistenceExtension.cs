using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>The plugins of a system. Each is started when it is first asked for. Any thread.</summary>
public class PersistenceExtension : IExtension
{
    private const string JournalFallback = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotStoreFallback = "akka.persistence.snapshot-store-plugin-fallback";
    private const string NoSnapshotStorePlugin = "akka.persistence.snapshot-store.no-snapshot-store";

    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _plugins = new(StringComparer.Ordinal);
    private readonly Lazy<IActorRef> _recoveryPermitter;
    private readonly string _defaultJournal;
    private readonly string _defaultSnapshotStore;

    /// <summary>Made by the system when it is first used.</summary>
    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        Config config = system.Settings.Config;
        PersistenceSerializers.Register(system);
        Settings = new PersistenceSettings(system, config);
        DefaultInternalStashOverflowStrategy = CreateOverflowStrategy(config);
        _defaultJournal = config.GetString("akka.persistence.journal.plugin", string.Empty);
        _defaultSnapshotStore = config.GetString("akka.persistence.snapshot-store.plugin", string.Empty);
        int recoveries = config.GetInt("akka.persistence.max-concurrent-recoveries", 50);
        _recoveryPermitter = new Lazy<IActorRef>(() => system.SystemActorOf(RecoveryPermitter.Props(recoveries), "recoveryPermitter"));
        foreach (string id in Listed(config, "akka.persistence.journal.auto-start-journals")) JournalFor(id);
        foreach (string id in Listed(config, "akka.persistence.snapshot-store.auto-start-snapshot-stores")) SnapshotStoreFor(id);
    }

    /// <summary>Settings beside the plugins' own.</summary>
    public PersistenceSettings Settings { get; }

    /// <summary>The configured one.</summary>
    public IStashOverflowStrategy DefaultInternalStashOverflowStrategy { get; }

    internal IActorRef RecoveryPermits => _recoveryPermitter.Value;

    /// <summary>The id under which an actor's events go if it does not say: its path.</summary>
    public string PersistenceId(IActorRef actor) => actor.Path.ToStringWithoutAddress();

    /// <summary>The journal of the given id; the default one for null or "".</summary>
    /// <exception cref="ArgumentException">There is no such section, or no default.</exception>
    public IActorRef JournalFor(string journalPluginId) => PluginFor(JournalId(journalPluginId), JournalFallback);

    /// <summary>The snapshot store of the given id; the default one for null or "".</summary>
    /// <exception cref="ArgumentException">There is no such section.</exception>
    public IActorRef SnapshotStoreFor(string snapshotPluginId) => PluginFor(
        !string.IsNullOrEmpty(snapshotPluginId) ? snapshotPluginId
        : !string.IsNullOrEmpty(_defaultSnapshotStore) ? _defaultSnapshotStore
        : NoSnapshotStorePlugin,
        SnapshotStoreFallback);

    /// <summary>The whole section of a journal, defaults included.</summary>
    internal Config JournalConfig(string pluginId) => ConfigOf(JournalId(pluginId), JournalFallback);

    /// <summary>The section of the plugin that the actor is; that of an actor that is none has defaults only.</summary>
    internal Config ConfigOfPlugin(IActorRef plugin, bool isJournal)
    {
        string fallback = isJournal ? JournalFallback : SnapshotStoreFallback;
        Config own = _system.Settings.Config.GetConfig(IsPluginId(plugin.Path.Name) ? plugin.Path.Name : fallback);
        return own.SafeWithFallback(_system.Settings.Config.GetConfig(fallback));
    }

    private static IEnumerable<string> Listed(Config config, string path) => config.GetStringList(path, Array.Empty<string>());

    private static IStashOverflowStrategy CreateOverflowStrategy(Config config)
    {
        string name = config.GetString("akka.persistence.internal-stash-overflow-strategy", string.Empty);
        Type type = Type.GetType(name, throwOnError: false) ?? throw new ConfigurationException(
            $"The stash overflow strategy '{name}' (akka.persistence.internal-stash-overflow-strategy) cannot be found.");
        return ((IStashOverflowStrategyConfigurator)Activator.CreateInstance(type)).Create(config);
    }

    private string JournalId(string id)
    {
        if (!string.IsNullOrEmpty(id)) return id;
        return !string.IsNullOrEmpty(_defaultJournal)
            ? _defaultJournal
            : throw new ArgumentException("Default journal plugin is not configured (akka.persistence.journal.plugin)", nameof(id));
    }

    private IActorRef PluginFor(string id, string fallback)
    {
        Lazy<IActorRef> plugin = _plugins.GetOrAdd(id, key => new Lazy<IActorRef>(() => Start(key, fallback)));
        try
        {
            return plugin.Value;
        }
        catch
        {
            // The next one to ask gets the same error anew, not a remembered one.
            _plugins.TryRemove(new KeyValuePair<string, Lazy<IActorRef>>(id, plugin));
            throw;
        }
    }

    private bool IsPluginId(string path) => _system.Settings.Config.HasPath(path);

    private Config ConfigOf(string id, string fallback) => IsPluginId(id)
        ? _system.Settings.Config.GetConfig(id).SafeWithFallback(_system.Settings.Config.GetConfig(fallback))
        : throw new ArgumentException($"There is no section '{id}' in the configuration for a persistence plugin.", nameof(id));

    private IActorRef Start(string id, string fallback)
    {
        Config config = ConfigOf(id, fallback);
        string className = config.GetString("class", string.Empty);
        if (string.IsNullOrEmpty(className)) throw new ArgumentException($"Plugin class name must be defined in config property '{id}.class'", nameof(id));
        Type type = Type.GetType(className, throwOnError: false)
            ?? throw new ArgumentException($"The persistence plugin '{className}' ('{id}.class') cannot be found.", nameof(id));
        object[] arguments = type.GetConstructor([typeof(Config)]) is null ? [] : [config];
        Props props = Props.Create(type, arguments).WithDispatcher(config.GetString("plugin-dispatcher"));
        return _system.SystemActorOf(props, id);
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Chooses the mailbox type of an actor and knows those types by their configuration ids.</summary>
public class Mailboxes
{
    /// <summary>The mailbox of actors that say nothing.</summary>
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";
    /// <summary>Nothing is required.</summary>
    public static readonly string NoMailboxRequirement = "";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _types = new();
    private readonly ConcurrentDictionary<(Type Actor, string Mailbox, Config Dispatcher), MailboxType> _chosen = new();
    private readonly Lazy<Dictionary<Type, string>> _requirements;

    /// <summary>Reads the sections when they are asked for.</summary>
    public Mailboxes(ActorSystem system)
    {
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        _requirements = new Lazy<Dictionary<Type, string>>(ReadRequirements);
    }

    /// <summary>Turns everything into dead letters.</summary>
    public DeadLetterMailbox DeadLetterMailbox { get; }

    /// <summary>True if the actor's type requires a kind of queue.</summary>
    public bool HasRequiredType(Type actorType) => GetRequiredType(actorType) is not null;

    /// <summary>The semantics that the actor asks for by IRequiresMessageQueue; null when none.</summary>
    public Type GetRequiredType(Type actorType) => ArgumentOf(actorType, typeof(IRequiresMessageQueue<>));

    /// <summary>True if the mailbox says what queue it makes.</summary>
    public bool ProducesMessageQueue(Type mailboxType) => ArgumentOf(mailboxType, typeof(IProducesMessageQueue<>)) is not null;

    /// <summary>The mailbox that is configured for a kind of queue.</summary>
    public MailboxType LookupByQueueType(Type queueType) =>
        _requirements.Value.TryGetValue(queueType, out string id)
            ? Lookup(id)
            : throw new ConfigurationException("Mailbox mapping for [" + queueType + "] not configured");

    /// <summary>The mailbox of that path; an error if there is none.</summary>
    public MailboxType Lookup(string id) => _types.GetOrAdd(id, Configure);

    /// <summary>
    /// In this order: the mailbox given by Props or deployment, the dispatcher's, what the actor requires, what the dispatcher
    /// requires, the default.
    /// </summary>
    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        // Found once: it takes reflection and look-ups in the configuration. A dispatcher has one Config object for all its time.
        (Type, string, Config) key = (props.Type, props.Deploy.Mailbox, dispatcherConfig);
        if (_chosen.TryGetValue(key, out MailboxType known)) return known;
        MailboxType chosen = ChooseMailboxType(props, dispatcherConfig);
        _chosen.TryAdd(key, chosen);
        return chosen;
    }

    private MailboxType ChooseMailboxType(Props props, Config dispatcherConfig)
    {
        Type actorRequirement = GetRequiredType(props.Type);
        Type dispatcherRequirement = DispatcherRequirement(dispatcherConfig);
        string deployed = props.Deploy.Mailbox;
        if (!string.IsNullOrEmpty(deployed) && deployed != DefaultMailboxId)
            return Verified(Lookup(deployed), deployed, props, actorRequirement, dispatcherRequirement);
        if (dispatcherConfig is not null && dispatcherConfig.HasPath("mailbox-type"))
        {
            string id = dispatcherConfig.GetString("id");
            return Verified(Lookup(id), id, props, actorRequirement, dispatcherRequirement);
        }

        if (actorRequirement is not null && _requirements.Value.ContainsKey(actorRequirement))
        {
            MailboxType type = LookupByQueueType(actorRequirement);
            return Verified(type, actorRequirement.FullName, props, actorRequirement, dispatcherRequirement);
        }

        return dispatcherRequirement is not null ? LookupByQueueType(dispatcherRequirement) : Lookup(DefaultMailboxId);
    }

    /// <summary>-1: without limit.</summary>
    public int StashCapacity(string dispatcher, string mailbox)
    {
        Config config = _system.Settings.Config;
        if (mailbox == DefaultMailboxId && config.HasPath(dispatcher) && config.HasPath(dispatcher + ".stash-capacity"))
            return config.GetInt(dispatcher + ".stash-capacity", Deploy.NoStashSize);
        string path = mailbox + ".stash-capacity";
        return config.HasPath(path) ? config.GetInt(path, Deploy.NoStashSize) : Deploy.NoStashSize;
    }

    private static MailboxType Verified(MailboxType type, string id, Props props, Type actorRequirement, Type dispatcherRequirement)
    {
        Type produced = ArgumentOf(type.GetType(), typeof(IProducesMessageQueue<>));
        if (produced is null) return type;
        if (actorRequirement is not null && !actorRequirement.IsAssignableFrom(produced))
            throw new ArgumentException("Produced message queue type [" + produced + "] of mailbox [" + id
                + "] does not fulfil the requirement [" + actorRequirement + "] of actor class [" + props.Type + "]");
        if (dispatcherRequirement is not null && !dispatcherRequirement.IsAssignableFrom(produced))
            throw new ArgumentException("Produced message queue type [" + produced + "] of mailbox [" + id
                + "] does not fulfil the requirement [" + dispatcherRequirement + "] of dispatcher [" + props.Dispatcher + "]");
        return type;
    }

    private static Type DispatcherRequirement(Config dispatcherConfig)
    {
        string requirement = dispatcherConfig?.GetString("mailbox-requirement");
        return string.IsNullOrEmpty(requirement) ? null
            : Type.GetType(requirement) ?? throw new ConfigurationException("Mailbox requirement [" + requirement + "] is no type");
    }

    private static Type ArgumentOf(Type type, Type genericInterface)
    {
        foreach (Type implemented in type.GetInterfaces())
        {
            if (implemented.IsGenericType && implemented.GetGenericTypeDefinition() == genericInterface)
                return implemented.GetGenericArguments()[0];
        }

        return null;
    }

    private Dictionary<Type, string> ReadRequirements()
    {
        Dictionary<Type, string> result = new();
        Config requirements = _system.Settings.Config.GetConfig("akka.actor.mailbox.requirements");
        if (requirements.IsNullOrEmpty()) return result;
        foreach (KeyValuePair<string, Akka.Configuration.Hocon.HoconValue> pair in requirements.AsEnumerable())
        {
            string name = pair.Key.Trim('"');
            Type type = Type.GetType(name)
                ?? throw new ConfigurationException("Type [" + name + "] in akka.actor.mailbox.requirements could not be loaded");
            result[type] = pair.Value.GetString();
        }

        return result;
    }

    private MailboxType Configure(string id)
    {
        Config config = _system.Settings.Config;
        if (!config.HasPath(id)) throw new ConfigurationException("Mailbox Type [" + id + "] not configured");
        Config section = WithDefaults(config, config.GetConfig(id));
        string typeName = config.GetString(id + ".mailbox-type");
        if (string.IsNullOrEmpty(typeName)) throw new ConfigurationException("The setting mailbox-type, defined in [" + id + "] is empty");
        Type type = Type.GetType(typeName)
            ?? throw new ConfigurationException("Found mailbox-type [" + typeName + "] in configuration, but could not find that type in any loaded assemblies");
        try
        {
            return (MailboxType)Activator.CreateInstance(type, _system.Settings, section);
        }
        catch (System.Reflection.TargetInvocationException e) when (e.InnerException is not null)
        {
            throw new ArgumentException("Cannot instantiate MailboxType " + typeName + ", defined in [" + id + "]: "
                + e.InnerException.Message, e.InnerException);
        }
    }

    private static Config WithDefaults(Config config, Config section) =>
        section.SafeWithFallback(config.GetConfig(DefaultMailboxId));
}

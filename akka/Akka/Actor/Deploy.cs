using System;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>Where and on what an actor is to run, as far as it was given; from code (Props) or from akka.actor.deployment.</summary>
public class Deploy : IEquatable<Deploy>
{
    /// <summary>Not given.</summary>
    public const int NoStashSize = -1;

    /// <summary>Not given.</summary>
    public static readonly string NoDispatcherGiven = string.Empty;
    /// <summary>Not given.</summary>
    public static readonly string NoMailboxGiven = string.Empty;
    /// <summary>Not given.</summary>
    public static readonly Scope NoScopeGiven = null;
    /// <summary>Here.</summary>
    public static readonly Deploy Local = new(Scope.Local);
    /// <summary>With nothing set.</summary>
    public static readonly Deploy None = new();

    /// <summary>Where and how an actor runs.</summary>
    public Deploy() : this("", null, NoScopeGiven, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    /// <summary>Where and how an actor runs.</summary>
    public Deploy(Scope scope) : this("", null, scope, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    /// <summary>Where and how an actor runs.</summary>
    public Deploy(string path, Scope scope) : this(path, null, scope, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    internal Deploy(string path, Config config, Scope scope, string dispatcher, string mailbox, int stashCapacity)
    {
        Path = path;
        Config = config ?? Config.Empty;
        Scope = scope ?? NoScopeGiven;
        Dispatcher = dispatcher ?? NoDispatcherGiven;
        Mailbox = mailbox ?? NoMailboxGiven;
        StashCapacity = stashCapacity;
    }

    /// <summary>For which actor.</summary>
    public string Path { get; }

    /// <summary>Its section of the configuration.</summary>
    public Config Config { get; }

    /// <summary>Where it runs.</summary>
    public Scope Scope { get; }

    /// <summary>Who runs it.</summary>
    public string Dispatcher { get; }

    /// <summary>Where its messages wait.</summary>
    public string Mailbox { get; }

    /// <summary>How much its stash holds; negative for any amount.</summary>
    public int StashCapacity { get; }

    /// <summary>The same but for that.</summary>
    public virtual Deploy WithDispatcher(string dispatcher) => new(Path, Config, Scope, dispatcher, Mailbox, StashCapacity);

    /// <summary>The same but for that.</summary>
    public virtual Deploy WithMailbox(string mailbox) => new(Path, Config, Scope, Dispatcher, mailbox, StashCapacity);

    /// <summary>The same but for that.</summary>
    public virtual Deploy WithScope(Scope scope) => new(Path, Config, scope, Dispatcher, Mailbox, StashCapacity);

    /// <summary>The same but for that.</summary>
    public virtual Deploy WithStashCapacity(int stashSize) => new(Path, Config, Scope, Dispatcher, Mailbox, stashSize);

    /// <summary>What is given here wins, the rest comes from <paramref name="other"/>.</summary>
    public virtual Deploy WithFallback(Deploy other) => new(
        Path,
        Config.Equals(other.Config) ? Config : Config.WithFallback(other.Config),
        Scope ?? other.Scope,
        Dispatcher == NoDispatcherGiven ? other.Dispatcher : Dispatcher,
        Mailbox == NoMailboxGiven ? other.Mailbox : Mailbox,
        StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity);

    /// <inheritdoc/>
    public bool Equals(Deploy other) => other is not null && Path == other.Path && Dispatcher == other.Dispatcher
        && Mailbox == other.Mailbox && StashCapacity == other.StashCapacity && (Scope is null ? other.Scope is null : Scope.Equals(other.Scope));
}

/// <summary>Where an actor runs.</summary>
public abstract class Scope : IEquatable<Scope>
{
    /// <summary>Here.</summary>
    public static readonly LocalScope Local = LocalScope.Instance;

    /// <summary>This one, unless it says nothing.</summary>
    public abstract Scope WithFallback(Scope other);

    /// <summary>The same.</summary>
    public abstract Scope Copy();

    /// <inheritdoc/>
    public virtual bool Equals(Scope other) => other is not null && GetType() == other.GetType();
}

/// <summary>Where an actor runs.</summary>
public class LocalScope : Scope
{
    private LocalScope()
    {
    }

    /// <summary>The only one.</summary>
    public static LocalScope Instance { get; } = new();

    /// <inheritdoc/>
    public override Scope WithFallback(Scope other) => Instance;

    /// <inheritdoc/>
    public override Scope Copy() => Instance;
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Linq.Expressions;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// The immutable recipe of an actor: how to make an instance (again for every restart), and its dispatcher, mailbox and supervision.
/// </summary>
public class Props : IEquatable<Props>
{
    private static readonly object[] NoArguments = Array.Empty<object>();

    /// <summary>Makes an actor that handles nothing.</summary>
    public static readonly Props None = new(Deploy.None, ConstructorProducer.For(typeof(EmptyActor), NoArguments), NoArguments, null);

    private readonly IIndirectActorProducer _producer;

    /// <summary>How to make an actor of that type.</summary>
    public Props(Type type) : this(Deploy.None, type, NoArguments)
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    public Props(Type type, object[] args) : this(Deploy.None, type, args)
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    public Props(Type type, SupervisorStrategy supervisorStrategy, params object[] args)
        : this(Deploy.None, Producer(type, args), args, supervisorStrategy)
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    public Props(Type type, SupervisorStrategy supervisorStrategy, IEnumerable<object> args)
        : this(type, supervisorStrategy, args.ToArray())
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    public Props(Deploy deploy, Type type, params object[] args) : this(deploy, Producer(type, args), args, null)
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    public Props(Deploy deploy, Type type, IEnumerable<object> args) : this(deploy, type, args.ToArray())
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    protected Props() : this(None)
    {
    }

    /// <summary>How to make an actor of that type.</summary>
    protected Props(Props copy) : this(copy.Deploy, copy._producer, copy.Arguments, copy.SupervisorStrategy)
    {
    }

    internal Props(Deploy deploy, IIndirectActorProducer producer, object[] arguments, SupervisorStrategy supervisorStrategy)
    {
        Deploy = deploy;
        _producer = producer;
        Arguments = arguments ?? NoArguments;
        SupervisorStrategy = supervisorStrategy;
    }

    /// <summary>Makes an actor that handles nothing.</summary>
    public static Props Empty { get; } = Create<EmptyActor>();

    /// <summary>What is made.</summary>
    public Type Type => _producer.ActorType;

    /// <summary>What is made.</summary>
    public string TypeName => Type.AssemblyQualifiedName;

    /// <summary>With what.</summary>
    public object[] Arguments { get; }

    /// <summary>Where and how it runs.</summary>
    public Deploy Deploy { get; protected set; }

    /// <summary>How it treats its children; null for what its class says.</summary>
    public SupervisorStrategy SupervisorStrategy { get; protected set; }

    /// <summary>Who runs it.</summary>
    public string Dispatcher => Deploy.Dispatcher == Deploy.NoDispatcherGiven ? Dispatchers.DefaultDispatcherId : Deploy.Dispatcher;

    /// <summary>Where its messages wait.</summary>
    public string Mailbox => Deploy.Mailbox == Deploy.NoMailboxGiven ? Mailboxes.DefaultMailboxId : Deploy.Mailbox;

    /// <summary>
    /// <paramref name="factory"/> has to be of the form () => new T(arguments). The arguments are evaluated here, once, and every
    /// incarnation gets the same ones.
    /// </summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is UnaryExpression)
            return new Props(Deploy.None, new DelegateProducer(factory.Compile(), typeof(TActor)), NoArguments, supervisorStrategy);
        if (factory.Body is not NewExpression construction)
            throw new ArgumentException("The expression must be a constructor call: () => new T(arguments)", nameof(factory));
        object[] arguments = ArgumentEvaluator.Evaluate(construction.Arguments);
        return new Props(Deploy.None, ConstructorProducer.For(construction, arguments), arguments, supervisorStrategy);
    }

    /// <summary>How to make an actor. The arguments of an expression are evaluated now, once for all incarnations.</summary>
    public static Props Create<TActor>(params object[] args) where TActor : ActorBase =>
        new(Deploy.None, ConstructorProducer.For(typeof(TActor), args), args, null);

    /// <summary>How to make an actor. The arguments of an expression are evaluated now, once for all incarnations.</summary>
    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy) where TActor : ActorBase, new() =>
        new(Deploy.None, ConstructorProducer.For(typeof(TActor), NoArguments), NoArguments, supervisorStrategy);

    /// <summary>How to make an actor. The arguments of an expression are evaluated now, once for all incarnations.</summary>
    public static Props Create(Type type, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(type, args);
    }

    /// <summary>Made by a producer.</summary>
    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) => new(Deploy.None, producer, args, null);

    /// <summary>Made by a producer.</summary>
    public static Props CreateBy<TProducer>(params object[] args) where TProducer : class, IIndirectActorProducer =>
        new(Deploy.None, (IIndirectActorProducer)Activator.CreateInstance(typeof(TProducer), args), args, null);

    /// <summary>The same but for that.</summary>
    public Props WithDispatcher(string dispatcher) => WithDeploy(Deploy.WithDispatcher(dispatcher));

    /// <summary>The same but for that.</summary>
    public Props WithMailbox(string mailbox) => WithDeploy(Deploy.WithMailbox(mailbox));

    /// <summary>The same but for that.</summary>
    public Props WithStashCapacity(int stashCapacity) => WithDeploy(Deploy.WithStashCapacity(stashCapacity));

    /// <summary>The same but for that.</summary>
    public Props WithDeploy(Deploy deploy)
    {
        Props copy = Copy();
        copy.Deploy = deploy.WithFallback(copy.Deploy);
        return copy;
    }

    /// <summary>The same but for that.</summary>
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        Props copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    /// <summary>A new instance; what its constructor throws arrives wrapped in a <see cref="TypeLoadException"/>.</summary>
    public virtual ActorBase NewActor()
    {
        try
        {
            return _producer.Produce();
        }
        catch (Exception e)
        {
            throw new TypeLoadException(
                "Error while creating actor instance of type " + Type + " with " + Arguments.Length + " args: ("
                + string.Join(",", Arguments.Select(a => a ?? "null")) + ")", e is System.Reflection.TargetInvocationException ? e.InnerException : e);
        }
    }

    internal void Release(ActorBase actor) => _producer.Release(actor);

    /// <summary>The same.</summary>
    protected virtual Props Copy() => new(this);

    /// <inheritdoc/>
    public bool Equals(Props other) => ReferenceEquals(this, other) || (other is not null && Deploy.Equals(other.Deploy)
        && Type == other.Type && Arguments.Length == other.Arguments.Length && Equals(SupervisorStrategy, other.SupervisorStrategy));

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as Props);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Deploy, Type, Arguments.Length);

    private static IIndirectActorProducer Producer(Type type, object[] args)
    {
        if (typeof(IIndirectActorProducer).IsAssignableFrom(type)) return (IIndirectActorProducer)Activator.CreateInstance(type, args);
        if (!typeof(ActorBase).IsAssignableFrom(type))
            throw new ArgumentException("Unknown actor producer [" + type.FullName + "]", nameof(type));
        return ConstructorProducer.For(type, args ?? NoArguments);
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}

/// <summary>Makes actors in a way of its own.</summary>
public interface IIndirectActorProducer
{
    /// <summary>The type that it makes.</summary>
    Type ActorType { get; }

    /// <summary>Makes one.</summary>
    ActorBase Produce();

    /// <summary>Takes one back.</summary>
    void Release(ActorBase actor);
}

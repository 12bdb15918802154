using System;

namespace Akka.Actor;

/// <summary>Something of which a system has one.</summary>
public interface IExtension
{
}

/// <summary>Names an extension, and makes it.</summary>
public interface IExtensionId
{
    /// <summary>The type of the extension.</summary>
    Type ExtensionType { get; }

    /// <summary>Registers the extension if it is not; gives it.</summary>
    object Apply(ActorSystem system);

    /// <summary>Only looks: null when it was never registered.</summary>
    object Get(ActorSystem system);

    /// <summary>Makes the extension for a system; runs once.</summary>
    object CreateExtension(ExtendedActorSystem system);
}

/// <summary>Names an extension, and makes it.</summary>
public interface IExtensionId<T> : IExtensionId where T : IExtension
{
    /// <summary>Registers the extension unless it is, and gives it.</summary>
    new T Apply(ActorSystem system);

    /// <summary>The extension, if it is registered.</summary>
    new T Get(ActorSystem system);

    /// <summary>Makes the extension for a system; runs once.</summary>
    new T CreateExtension(ExtendedActorSystem system);
}

/// <summary>The base for names of extensions.</summary>
public abstract class ExtensionIdProvider<T> : IExtensionId<T> where T : IExtension
{
    /// <inheritdoc/>
    public Type ExtensionType => typeof(T);

    /// <inheritdoc/>
    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this);

    /// <inheritdoc/>
    public T Get(ActorSystem system) => system.GetExtension(this) is T extension ? extension : default;

    /// <summary>Makes the extension for a system; runs once.</summary>
    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    object IExtensionId.Get(ActorSystem system) => Get(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is not null && obj.GetType() == GetType();

    /// <inheritdoc/>
    public override int GetHashCode() => GetType().GetHashCode();
}

/// <summary>Short forms.</summary>
public static class ActorSystemWithExtensions
{
    /// <summary>The extension, registered now if it was not.</summary>
    public static T WithExtension<T, TI>(this ActorSystem system) where T : class, IExtension where TI : IExtensionId =>
        system.HasExtension<T>()
            ? system.GetExtension<T>()
            : (T)system.RegisterExtension((IExtensionId)Activator.CreateInstance(typeof(TI)));

    /// <summary>Registers the extension unless it is, and gives it.</summary>
    public static T WithExtension<T>(this ActorSystem system) where T : class, IExtension => system.GetExtension<T>();

    /// <summary>Registers the extension unless it is, and gives it.</summary>
    public static T WithExtension<T>(this ActorSystem system, Type extensionId) where T : class, IExtension =>
        system.HasExtension<T>()
            ? system.GetExtension<T>()
            : (T)system.RegisterExtension((IExtensionId)Activator.CreateInstance(extensionId));
}

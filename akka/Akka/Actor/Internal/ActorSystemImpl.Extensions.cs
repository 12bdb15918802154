using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Event;

namespace Akka.Actor.Internal;

/// <summary>The extensions by their types; each made once, by the first that asks, while others who ask meanwhile wait for it.</summary>
public partial class ActorSystemImpl
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();

    /// <inheritdoc/>
    public override object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        Lazy<object> entry = _extensions.GetOrAdd(
            extension.ExtensionType,
            static (_, arguments) => new Lazy<object>(
                () => arguments.extension.CreateExtension(arguments.system), LazyThreadSafetyMode.ExecutionAndPublication),
            (extension, system: this));
        try
        {
            return entry.Value;
        }
        catch
        {
            // A failed one may be tried again.
            ((System.Collections.Generic.ICollection<System.Collections.Generic.KeyValuePair<Type, Lazy<object>>>)_extensions)
                .Remove(new System.Collections.Generic.KeyValuePair<Type, Lazy<object>>(extension.ExtensionType, entry));
            throw;
        }
    }

    /// <inheritdoc/>
    public override object GetExtension(IExtensionId extensionId) =>
        TryGetExtension(extensionId.ExtensionType, out object extension) ? extension : null;

    /// <inheritdoc/>
    public override T GetExtension<T>() => TryGetExtension(out T extension) ? extension : null;

    /// <inheritdoc/>
    public override bool HasExtension(Type type) => type is not null && _extensions.ContainsKey(type);

    /// <inheritdoc/>
    public override bool HasExtension<T>() => HasExtension(typeof(T));

    /// <inheritdoc/>
    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        extension = _extensions.TryGetValue(extensionType, out Lazy<object> entry) ? entry.Value : null;
        return extension is not null;
    }

    /// <inheritdoc/>
    public override bool TryGetExtension<T>(out T extension)
    {
        extension = TryGetExtension(typeof(T), out object found) ? (T)found : null;
        return extension is not null;
    }

    private void LoadExtensions()
    {
        foreach (string typeName in Settings.Config.GetStringList("akka.extensions"))
        {
            Type type = Type.GetType(typeName);
            if (type is null || !typeof(IExtensionId).IsAssignableFrom(type))
            {
                Log.Error("[{0}] is not an 'ExtensionId', skipping...", typeName);
                continue;
            }

            try
            {
                RegisterExtension((IExtensionId)Activator.CreateInstance(type));
            }
            catch (Exception e)
            {
                Log.Error(e, "While trying to load extension [{0}], skipping...", typeName);
            }
        }
    }
}

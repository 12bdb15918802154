using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Configuration;
using global::Hyperion;

namespace Akka.Serialization;

/// <summary>What a <see cref="HyperionSerializer"/> is made with. Immutable.</summary>
public sealed class HyperionSerializerSettings
{
    /// <summary>The embedded defaults.</summary>
    public static readonly HyperionSerializerSettings Default =
        Create(HyperionSerializer.DefaultConfiguration().GetConfig(HyperionSettingsReader.Path));

    /// <summary>Whether an object that is there twice is one object again, which cycles need.</summary>
    public readonly bool PreserveObjectReferences;
    /// <summary>Whether fields may come and go.</summary>
    public readonly bool VersionTolerance;
    /// <summary>Types that are written as a number.</summary>
    public readonly Type KnownTypesProvider;
    /// <summary>Not for use here.</summary>
    public readonly IEnumerable<Func<string, string>> PackageNameOverrides;
    /// <summary>What is written in place of which types.</summary>
    public readonly IEnumerable<Surrogate> Surrogates;
    /// <summary>Whether known dangerous types are refused.</summary>
    public readonly bool DisallowUnsafeType;
    /// <summary>Which types are allowed.</summary>
    public readonly ITypeFilter TypeFilter;

    /// <summary>As given.</summary>
    [Obsolete("Use the constructor that takes a type filter.")]
    public HyperionSerializerSettings(bool preserveObjectReferences, bool versionTolerance, Type knownTypesProvider)
        : this(preserveObjectReferences, versionTolerance, knownTypesProvider, [], [], true, DisabledTypeFilter.Instance)
    {
    }

    /// <summary>As given.</summary>
    [Obsolete("Use the constructor that takes a type filter.")]
    public HyperionSerializerSettings(
        bool preserveObjectReferences, bool versionTolerance, Type knownTypesProvider, IEnumerable<Func<string, string>> packageNameOverrides)
        : this(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, [], true, DisabledTypeFilter.Instance)
    {
    }

    /// <summary>As given.</summary>
    [Obsolete("Use the constructor that takes a type filter.")]
    public HyperionSerializerSettings(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates)
        : this(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, surrogates, true, DisabledTypeFilter.Instance)
    {
    }

    /// <summary>As given.</summary>
    [Obsolete("Use the constructor that takes a type filter.")]
    public HyperionSerializerSettings(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType)
        : this(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, surrogates, disallowUnsafeType, DisabledTypeFilter.Instance)
    {
    }

    /// <exception cref="ArgumentException">The provider is not an <see cref="IKnownTypesProvider"/>.</exception>
    public HyperionSerializerSettings(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType,
        ITypeFilter typeFilter)
    {
        knownTypesProvider ??= typeof(NoKnownTypes);
        if (!typeof(IKnownTypesProvider).IsAssignableFrom(knownTypesProvider))
        {
            throw new ArgumentException($"known-types-provider: {knownTypesProvider} is no {nameof(IKnownTypesProvider)}.", nameof(knownTypesProvider));
        }

        PreserveObjectReferences = preserveObjectReferences;
        VersionTolerance = versionTolerance;
        KnownTypesProvider = knownTypesProvider;
        PackageNameOverrides = packageNameOverrides?.ToArray() ?? [];
        Surrogates = surrogates?.ToArray() ?? [];
        DisallowUnsafeType = disallowUnsafeType;
        TypeFilter = typeFilter ?? DisabledTypeFilter.Instance;
    }

    /// <param name="config">The section akka.actor.serialization-settings.hyperion.</param>
    /// <exception cref="ConfigurationException">It is empty, or names a type that is not there.</exception>
    public static HyperionSerializerSettings Create(Config config) => HyperionSettingsReader.Read(config);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSettings WithPreserveObjectReference(bool preserveObjectReferences) => Copy(preserve: preserveObjectReferences);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSettings WithVersionTolerance(bool versionTolerance) => Copy(tolerance: versionTolerance);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSettings WithKnownTypesProvider(Type knownTypesProvider) => Copy(provider: knownTypesProvider);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSettings WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides) => Copy(overrides: packageNameOverrides);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSettings WithSurrogates(IEnumerable<Surrogate> surrogates) => Copy(surrogates: surrogates);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSettings WithDisallowUnsafeType(bool disallowUnsafeType) => Copy(disallowUnsafe: disallowUnsafeType);

    /// <summary>The same with a filter that is asked about every type.</summary>
    public HyperionSerializerSettings WithTypeFilter(ITypeFilter typeFilter) => Copy(filter: typeFilter);

    internal HyperionSerializerSettings Copy(
        bool? preserve = null,
        bool? tolerance = null,
        Type provider = null,
        IEnumerable<Func<string, string>> overrides = null,
        IEnumerable<Surrogate> surrogates = null,
        bool? disallowUnsafe = null,
        ITypeFilter filter = null) =>
        new(
            preserve ?? PreserveObjectReferences,
            tolerance ?? VersionTolerance,
            provider ?? KnownTypesProvider,
            overrides ?? PackageNameOverrides,
            surrogates ?? Surrogates,
            disallowUnsafe ?? DisallowUnsafeType,
            filter ?? TypeFilter);
}

using System;
using System.Collections.Generic;
using Akka.Actor.Setup;
using global::Hyperion;

namespace Akka.Serialization.Hyperion;

/// <summary>
/// Settings given by code when a system is made. In this version they show in <see cref="HyperionSerializer.Settings"/> and
/// have no other effect: configure by HOCON, or make a serializer with settings of your own.
/// </summary>
public class HyperionSerializerSetup : Setup
{
    /// <summary>Nothing is set.</summary>
    public static readonly HyperionSerializerSetup Empty = new();

    private HyperionSerializerSetup()
    {
    }

    /// <summary>Whether an object that is there twice is one object again, which cycles need.</summary>
    public bool? PreserveObjectReferences { get; private init; }

    /// <summary>Whether fields may come and go.</summary>
    public bool? VersionTolerance { get; private init; }

    /// <summary>Types that are written as a number.</summary>
    public Type KnownTypesProvider { get; private init; }

    /// <summary>Not for use here.</summary>
    public IEnumerable<Func<string, string>> PackageNameOverrides { get; private init; }

    /// <summary>What is written in place of which types.</summary>
    public IEnumerable<Surrogate> Surrogates { get; private init; }

    /// <summary>Whether known dangerous types are refused.</summary>
    public bool? DisallowUnsafeType { get; private init; }

    /// <summary>Which types are allowed.</summary>
    public ITypeFilter TypeFilter { get; private init; }

    /// <summary>As given.</summary>
    public static HyperionSerializerSetup Create(bool preserveObjectReferences, bool versionTolerance, Type knownTypesProvider) =>
        Create(preserveObjectReferences, versionTolerance, knownTypesProvider, null);

    /// <summary>As given.</summary>
    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences, bool versionTolerance, Type knownTypesProvider, IEnumerable<Func<string, string>> packageNameOverrides) =>
        Create(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, null);

    /// <summary>As given.</summary>
    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates) =>
        Create(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, surrogates, true);

    /// <summary>As given.</summary>
    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType) =>
        Create(
            preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, surrogates, disallowUnsafeType, DisabledTypeFilter.Instance);

    /// <summary>As given.</summary>
    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType,
        ITypeFilter typeFilter) =>
        new()
        {
            PreserveObjectReferences = preserveObjectReferences,
            VersionTolerance = versionTolerance,
            KnownTypesProvider = knownTypesProvider,
            PackageNameOverrides = packageNameOverrides,
            Surrogates = surrogates,
            DisallowUnsafeType = disallowUnsafeType,
            TypeFilter = typeFilter,
        };

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithPreserveObjectReference(bool preserveObjectReference) => Copy(preserve: preserveObjectReference);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithVersionTolerance(bool versionTolerance) => Copy(tolerance: versionTolerance);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithKnownTypeProvider<T>() => WithKnownTypeProvider(typeof(T));

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithKnownTypeProvider(Type knownTypeProvider) => Copy(provider: knownTypeProvider);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides) => Copy(overrides: packageNameOverrides);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithSurrogates(IEnumerable<Surrogate> surrogates) => Copy(surrogates: surrogates);

    /// <summary>The same but for that.</summary>
    public HyperionSerializerSetup WithDisallowUnsafeType(bool disallowUnsafeType) => Copy(disallowUnsafe: disallowUnsafeType);

    /// <summary>The same with a filter that is asked about every type.</summary>
    public HyperionSerializerSetup WithTypeFilter(ITypeFilter typeFilter) => Copy(filter: typeFilter);

    internal HyperionSerializerSettings ApplyTo(HyperionSerializerSettings settings) =>
        settings.Copy(PreserveObjectReferences, VersionTolerance, KnownTypesProvider, PackageNameOverrides, Surrogates, DisallowUnsafeType, TypeFilter);

    private HyperionSerializerSetup Copy(
        bool? preserve = null,
        bool? tolerance = null,
        Type provider = null,
        IEnumerable<Func<string, string>> overrides = null,
        IEnumerable<Surrogate> surrogates = null,
        bool? disallowUnsafe = null,
        ITypeFilter filter = null) =>
        new()
        {
            PreserveObjectReferences = preserve ?? PreserveObjectReferences,
            VersionTolerance = tolerance ?? VersionTolerance,
            KnownTypesProvider = provider ?? KnownTypesProvider,
            PackageNameOverrides = overrides ?? PackageNameOverrides,
            Surrogates = surrogates ?? Surrogates,
            DisallowUnsafeType = disallowUnsafe ?? DisallowUnsafeType,
            TypeFilter = filter ?? TypeFilter,
        };
}

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
    public static readonly HyperionSerializerSetup Empty = new();

    private HyperionSerializerSetup()
    {
    }

    public bool? PreserveObjectReferences { get; private init; }

    public bool? VersionTolerance { get; private init; }

    public Type KnownTypesProvider { get; private init; }

    public IEnumerable<Func<string, string>> PackageNameOverrides { get; private init; }

    public IEnumerable<Surrogate> Surrogates { get; private init; }

    public bool? DisallowUnsafeType { get; private init; }

    public ITypeFilter TypeFilter { get; private init; }

    public static HyperionSerializerSetup Create(bool preserveObjectReferences, bool versionTolerance, Type knownTypesProvider) =>
        Create(preserveObjectReferences, versionTolerance, knownTypesProvider, null);

    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences, bool versionTolerance, Type knownTypesProvider, IEnumerable<Func<string, string>> packageNameOverrides) =>
        Create(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, null);

    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates) =>
        Create(preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, surrogates, true);

    public static HyperionSerializerSetup Create(
        bool preserveObjectReferences,
        bool versionTolerance,
        Type knownTypesProvider,
        IEnumerable<Func<string, string>> packageNameOverrides,
        IEnumerable<Surrogate> surrogates,
        bool disallowUnsafeType) =>
        Create(
            preserveObjectReferences, versionTolerance, knownTypesProvider, packageNameOverrides, surrogates, disallowUnsafeType, DisabledTypeFilter.Instance);

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

    public HyperionSerializerSetup WithPreserveObjectReference(bool preserveObjectReference) => Copy(preserve: preserveObjectReference);

    public HyperionSerializerSetup WithVersionTolerance(bool versionTolerance) => Copy(tolerance: versionTolerance);

    public HyperionSerializerSetup WithKnownTypeProvider<T>() => WithKnownTypeProvider(typeof(T));

    public HyperionSerializerSetup WithKnownTypeProvider(Type knownTypeProvider) => Copy(provider: knownTypeProvider);

    public HyperionSerializerSetup WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides) => Copy(overrides: packageNameOverrides);

    public HyperionSerializerSetup WithSurrogates(IEnumerable<Surrogate> surrogates) => Copy(surrogates: surrogates);

    public HyperionSerializerSetup WithDisallowUnsafeType(bool disallowUnsafeType) => Copy(disallowUnsafe: disallowUnsafeType);

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

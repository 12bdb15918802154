using System;
using System.Collections.Generic;
using System.Linq;
using Hyperion.SerializerFactories;

namespace Hyperion;

/// <summary>What a <see cref="Serializer"/> is made with. Immutable.</summary>
public class SerializerOptions
{
    /// <summary>What is not set.</summary>
    public static readonly SerializerOptions Default = new();

    internal readonly bool VersionTolerance;
    internal readonly bool PreserveObjectReferences;
    internal readonly bool IgnoreISerializable;
    internal readonly bool DisallowUnsafeTypes;
    internal readonly Surrogate[] Surrogates;
    internal readonly ValueSerializerFactory[] Factories;
    internal readonly Type[] KnownTypes;
    internal readonly Func<string, string>[] PackageNameOverrides;
    internal readonly ITypeFilter TypeFilter;

    /// <param name="versionTolerance">The names of the fields are written, and the reader takes those that it has.</param>
    /// <param name="preserveObjectReferences">An object that is met twice is written once.</param>
    /// <param name="surrogates">Types that travel as others. The first that fits is taken.</param>
    /// <param name="serializerFactories">Makers of serializers for types that need their own.</param>
    /// <param name="knownTypes">Types that are written as numbers; the same in the same order for writer and reader.</param>
    /// <param name="ignoreISerializable">Kept for callers: objects always travel by their fields.</param>
    public SerializerOptions(
        bool versionTolerance = false,
        bool preserveObjectReferences = false,
        IEnumerable<Surrogate> surrogates = null,
        IEnumerable<ValueSerializerFactory> serializerFactories = null,
        IEnumerable<Type> knownTypes = null,
        bool ignoreISerializable = false)
        : this(versionTolerance, preserveObjectReferences, surrogates, serializerFactories, knownTypes, ignoreISerializable, null)
    {
    }

    /// <summary>As given.</summary>
    public SerializerOptions(
        bool versionTolerance,
        bool preserveObjectReferences,
        IEnumerable<Surrogate> surrogates,
        IEnumerable<ValueSerializerFactory> serializerFactories,
        IEnumerable<Type> knownTypes,
        bool ignoreISerializable,
        IEnumerable<Func<string, string>> packageNameOverrides)
        : this(versionTolerance, preserveObjectReferences, surrogates, serializerFactories, knownTypes, ignoreISerializable, packageNameOverrides, true)
    {
    }

    /// <summary>As given.</summary>
    public SerializerOptions(
        bool versionTolerance,
        bool preserveObjectReferences,
        IEnumerable<Surrogate> surrogates,
        IEnumerable<ValueSerializerFactory> serializerFactories,
        IEnumerable<Type> knownTypes,
        bool ignoreISerializable,
        IEnumerable<Func<string, string>> packageNameOverrides,
        bool disallowUnsafeTypes)
        : this(
            versionTolerance,
            preserveObjectReferences,
            surrogates,
            serializerFactories,
            knownTypes,
            ignoreISerializable,
            packageNameOverrides,
            disallowUnsafeTypes,
            DisabledTypeFilter.Instance)
    {
    }

    /// <param name="versionTolerance">The names of the fields are written, and the reader takes those that it has.</param>
    /// <param name="preserveObjectReferences">An object that is met twice is written once.</param>
    /// <param name="surrogates">Types that travel as others. The first that fits is taken.</param>
    /// <param name="serializerFactories">Makers of serializers for types that need their own.</param>
    /// <param name="knownTypes">Types that are written as numbers; the same in the same order for writer and reader.</param>
    /// <param name="ignoreISerializable">Kept for callers: objects always travel by their fields.</param>
    /// <param name="packageNameOverrides">Applied to each type name that is read, before anything else.</param>
    /// <param name="disallowUnsafeTypes">Refuse types that are known to be tools of attackers.</param>
    /// <param name="typeFilter">Which types are allowed at all.</param>
    public SerializerOptions(
        bool versionTolerance,
        bool preserveObjectReferences,
        IEnumerable<Surrogate> surrogates,
        IEnumerable<ValueSerializerFactory> serializerFactories,
        IEnumerable<Type> knownTypes,
        bool ignoreISerializable,
        IEnumerable<Func<string, string>> packageNameOverrides,
        bool disallowUnsafeTypes,
        ITypeFilter typeFilter)
    {
        VersionTolerance = versionTolerance;
        PreserveObjectReferences = preserveObjectReferences;
        Surrogates = surrogates?.ToArray() ?? [];
        Factories = serializerFactories?.ToArray() ?? [];
        KnownTypes = knownTypes?.ToArray() ?? [];
        IgnoreISerializable = ignoreISerializable;
        PackageNameOverrides = packageNameOverrides?.ToArray() ?? [];
        DisallowUnsafeTypes = disallowUnsafeTypes;
        TypeFilter = typeFilter ?? DisabledTypeFilter.Instance;
    }

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithVersionTolerance(bool versionTolerance) => Copy(versionTolerance: versionTolerance);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithPreserveObjectReferences(bool preserveObjectReferences) => Copy(preserveObjectReferences: preserveObjectReferences);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithSurrogates(IEnumerable<Surrogate> surrogates) => Copy(surrogates: surrogates);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithSerializerFactory(IEnumerable<ValueSerializerFactory> serializerFactories) => Copy(factories: serializerFactories);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithKnownTypes(IEnumerable<Type> knownTypes) => Copy(knownTypes: knownTypes);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithIgnoreSerializable(bool ignoreISerializable) => Copy(ignoreISerializable: ignoreISerializable);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithPackageNameOverrides(IEnumerable<Func<string, string>> packageNameOverrides) => Copy(overrides: packageNameOverrides);

    /// <summary>The same but for that.</summary>
    public SerializerOptions WithDisallowUnsafeType(bool disallowUnsafeType) => Copy(disallowUnsafeTypes: disallowUnsafeType);

    /// <summary>The same with a filter that is asked about every type.</summary>
    public SerializerOptions WithTypeFilter(ITypeFilter typeFilter) => Copy(typeFilter: typeFilter);

    private SerializerOptions Copy(
        bool? versionTolerance = null,
        bool? preserveObjectReferences = null,
        IEnumerable<Surrogate> surrogates = null,
        IEnumerable<ValueSerializerFactory> factories = null,
        IEnumerable<Type> knownTypes = null,
        bool? ignoreISerializable = null,
        IEnumerable<Func<string, string>> overrides = null,
        bool? disallowUnsafeTypes = null,
        ITypeFilter typeFilter = null) =>
        new(
            versionTolerance ?? VersionTolerance,
            preserveObjectReferences ?? PreserveObjectReferences,
            surrogates ?? Surrogates,
            factories ?? Factories,
            knownTypes ?? KnownTypes,
            ignoreISerializable ?? IgnoreISerializable,
            overrides ?? PackageNameOverrides,
            disallowUnsafeTypes ?? DisallowUnsafeTypes,
            typeFilter ?? TypeFilter);
}

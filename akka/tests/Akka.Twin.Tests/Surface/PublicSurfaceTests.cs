using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Akka.Twin.Tests.Surface;

/// <summary>Code that compiles here has to compile on the real packages: everything public here must be public there, and look the same.</summary>
public class PublicSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly RealSurface Real = new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Surface", "real"), "*.txt"));

    [Theory]
    [InlineData("Akka")]
    [InlineData("Akka.Remote")]
    [InlineData("Akka.Cluster")]
    [InlineData("Akka.Persistence")]
    [InlineData("Hyperion")]
    [InlineData("Akka.Serialization.Hyperion")]
    [InlineData("Akka.TestKit")]
    [InlineData("Akka.TestKit.Xunit2")]
    public void Nothing_is_public_that_the_real_assembly_lacks(string assembly)
    {
        var extra = new List<string>();
        foreach (var type in Assembly.Load(assembly).GetTypes().Where(IsVisible).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            var name = SurfaceText.NameOf(type);
            if (Real.Has(name))
            {
                extra.AddRange(Members(type).Where(member => !IsReal(type, member)).Select(member => $"{name}: {member}"));
            }
            else
            {
                extra.Add(name);
            }
        }

        Assert.True(extra.Count == 0, $"{extra.Count} additions to the public surface:\n" + string.Join('\n', extra));
    }

    private static bool IsVisible(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute))
            ? false
            : type.IsNested
                ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType)
                : type.IsPublic;

    /// <summary>A member may stand on another level of the hierarchy than here.</summary>
    private static bool IsReal(Type type, string member)
    {
        for (var at = type; at != null && at != typeof(object); at = at.BaseType)
        {
            if (Real.Has(SurfaceText.NameOf(at.IsGenericType ? at.GetGenericTypeDefinition() : at), member))
            {
                return true;
            }
        }

        return type.GetInterfaces().Any(face => Real.Has(SurfaceText.NameOf(face), member));
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [SurfaceText.TextOf(type.GetMethod("Invoke"))];
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt64(Enum.Parse(type, name))}");
        }

        return Methods(type).Concat(Constructors(type)).Concat(Properties(type)).Concat(Fields(type)).Concat(Events(type));
    }

    /// <summary>Overrides need no mention: what they override has it.</summary>
    private static IEnumerable<string> Methods(Type type) => type.GetMethods(Declared)
        .Where(method => IsVisible(method) && !IsAccessor(method) && method.GetBaseDefinition() == method)
        .Select(SurfaceText.TextOf);

    private static IEnumerable<string> Constructors(Type type) => type.GetConstructors(Declared)
        .Where(constructor => IsVisible(constructor) && !constructor.IsStatic)
        .Select(SurfaceText.TextOf);

    private static IEnumerable<string> Properties(Type type) =>
        from property in type.GetProperties(Declared)
        from accessor in property.GetAccessors(nonPublic: true)
        where IsVisible(accessor) && accessor.GetBaseDefinition() == accessor
        select SurfaceText.TextOf(property, accessor);

    private static IEnumerable<string> Fields(Type type) => type.GetFields(Declared)
        .Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
        .Select(SurfaceText.TextOf);

    private static IEnumerable<string> Events(Type type) => type.GetEvents(Declared)
        .Where(e => IsVisible(e.AddMethod))
        .Select(e => $"event {SurfaceText.NameOf(e.EventHandlerType)} {e.Name}");

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}

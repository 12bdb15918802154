using System.Collections.Frozen;
using Hyperion;

namespace Cluster.Actors.Wire;

/// <summary>
/// The only types that a control message may name. The serializer asks in two forms: with the assembly-qualified name when
/// it writes, and, before it loads a type, with the short one that stands in the message (no version; the core library's
/// identity is written <c>,%core%</c>). Whole names are compared: a listed type as the argument of another is another name.
/// </summary>
internal sealed class ControlTypeFilter : ITypeFilter
{
    public static readonly ControlTypeFilter Instance = new();

    private static readonly Type[] Listed = [typeof(ControlFields), typeof(object[]), typeof(string[]), typeof(Guid[])];

    private static readonly FrozenSet<string> Names = Listed.SelectMany(NamesOf).ToFrozenSet(StringComparer.Ordinal);

    private ControlTypeFilter()
    {
    }

    public bool IsAllowed(string typeName) => Names.Contains(typeName);

    private static IEnumerable<string> NamesOf(Type type)
    {
        string plain = $"{type.FullName}, {type.Assembly.GetName().Name}";
        return type.Assembly == typeof(object).Assembly
            ? [type.AssemblyQualifiedName!, plain, plain + ",%core%"]
            : [type.AssemblyQualifiedName!, plain];
    }
}

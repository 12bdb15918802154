using System;

namespace Akka.Util.Reflection;

/// <summary>
/// Both the reading of a name and the type itself take stack for each level of nesting: a name with ten thousand brackets ends the
/// process. To be asked for each name that a peer wrote.
/// </summary>
internal static class TypeNameLimits
{
    /// <summary>A generic type names its arguments, each with its assembly.</summary>
    private const int LengthMax = 4096;
    private const int BracketsMax = 64;

    public static bool IsReasonable(string typeName) =>
        typeName.Length <= LengthMax && typeName.AsSpan().Count('[') <= BracketsMax && typeName.AsSpan().Count('*') <= BracketsMax;
}

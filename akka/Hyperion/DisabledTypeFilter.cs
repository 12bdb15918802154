namespace Hyperion;

/// <summary>Allows every type.</summary>
public sealed class DisabledTypeFilter : ITypeFilter
{
    /// <summary>The only one.</summary>
    public static readonly DisabledTypeFilter Instance = new();

    private DisabledTypeFilter()
    {
    }

    /// <summary>True if objects of the type of that name may be made.</summary>
    public bool IsAllowed(string typeName) => true;
}

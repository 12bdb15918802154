namespace Hyperion;

/// <summary>Allows every type.</summary>
public sealed class DisabledTypeFilter : ITypeFilter
{
    public static readonly DisabledTypeFilter Instance = new();

    private DisabledTypeFilter()
    {
    }

    public bool IsAllowed(string typeName) => true;
}

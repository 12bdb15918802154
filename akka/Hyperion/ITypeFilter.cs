namespace Hyperion;

/// <summary>Decides by name which types may be serialized and deserialized. Asked by any thread.</summary>
public interface ITypeFilter
{
    /// <summary>
    /// Asked with the assembly-qualified name of the object that is to be written, and with the short form of each type
    /// name that is read (no version, culture and key; those of the core library are written <c>,%core%</c>) before that type is loaded.
    /// </summary>
    bool IsAllowed(string typeName);
}

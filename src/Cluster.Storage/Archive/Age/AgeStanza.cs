namespace Cluster.Storage.Archive.Age;

/// <summary>One entry of a header: for one recipient, the file's key wrapped so that it alone can open it.</summary>
/// <param name="Arguments">The first is the type.</param>
internal sealed record AgeStanza(IReadOnlyList<string> Arguments, byte[] Body)
{
    public const string X25519Type = "X25519";

    /// <summary>Of a passphrase; must be alone. Not opened here.</summary>
    public const string ScryptType = "scrypt";
}

namespace Cluster.Storage.Archive.Age;

/// <summary>Whom files are encrypted to: a public X25519 key, <c>age1…</c> as text. Nothing can be read with it.</summary>
public sealed class AgeRecipient : IEquatable<AgeRecipient>
{
    internal const string Prefix = "age";

    private readonly byte[] _key;

    internal AgeRecipient(byte[] key) => _key = key;

    internal byte[] Key => _key;

    /// <summary>Throws <see cref="AgeException"/> (Key).</summary>
    public static AgeRecipient Parse(string text)
    {
        var key = new byte[X25519Wrap.KeyBytes];
        return Bech32.TryDecode(text.AsSpan().Trim(), Prefix, key)
            ? new AgeRecipient(key)
            : throw new AgeException(AgeProblem.Key, $"'{text}' is no recipient (age1…, 62 characters)");
    }

    public bool Equals(AgeRecipient? other) => other is not null && _key.AsSpan().SequenceEqual(other._key);

    public override bool Equals(object? obj) => Equals(obj as AgeRecipient);

    public override int GetHashCode() => BitConverter.ToInt32(_key);

    public override string ToString() => Bech32.Encode(Prefix, _key);
}

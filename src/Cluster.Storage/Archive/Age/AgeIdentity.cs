using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Age;

/// <summary>
/// Who can read: a secret X25519 key, <c>AGE-SECRET-KEY-1…</c> as text. <see cref="object.ToString"/> shows the recipient, never the secret, so that a log line
/// gives nothing away; <see cref="ToSecretText"/> says what it does.
/// </summary>
public sealed class AgeIdentity
{
    private const string Prefix = "age-secret-key-";

    private readonly byte[] _secret;

    private AgeIdentity(byte[] secret)
    {
        _secret = secret;
        Recipient = new AgeRecipient(X25519Wrap.PublicKey(secret));
    }

    public AgeRecipient Recipient { get; }

    public static AgeIdentity Generate() => new(RandomNumberGenerator.GetBytes(X25519Wrap.KeyBytes));

    /// <summary>Throws <see cref="AgeException"/> (Key), without the text.</summary>
    public static AgeIdentity Parse(string text)
    {
        var secret = new byte[X25519Wrap.KeyBytes];
        return Bech32.TryDecode(text.AsSpan().Trim(), Prefix, secret)
            ? new AgeIdentity(secret)
            : throw new AgeException(AgeProblem.Key, "a text is no identity (AGE-SECRET-KEY-1…, 74 characters)");
    }

    public string ToSecretText() => Bech32.Encode(Prefix, _secret).ToUpperInvariant();

    public override string ToString() => Recipient.ToString();

    /// <summary>The file's key if the stanza is for this identity.</summary>
    internal byte[]? TryUnwrap(AgeStanza stanza) =>
        stanza.Arguments[0] == AgeStanza.X25519Type ? X25519Wrap.TryUnwrap(stanza, _secret, Recipient.Key) : null;
}

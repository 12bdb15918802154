using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Cluster.Storage.Archive.Age;

/// <summary>
/// How an X25519 recipient gets a file's key: an ephemeral key pair per file and recipient, Diffie-Hellman, HKDF-SHA-256, and ChaCha20-Poly1305 with a
/// nonce of zeros, for the key that it wraps with is used once. The curve is the package's, for .NET has none; the rest is .NET's.
/// </summary>
internal static class X25519Wrap
{
    public const int KeyBytes = 32;
    public const int FileKeyBytes = 16;
    public const int TagBytes = 16;
    public const int NonceBytes = 12;

    private static readonly byte[] Info = Encoding.ASCII.GetBytes("age-encryption.org/v1/X25519");

    public static byte[] PublicKey(byte[] secret)
    {
        var key = new byte[KeyBytes];
        X25519.ScalarMultBase(secret, 0, key, 0);
        return key;
    }

    public static AgeStanza Wrap(byte[] recipient, ReadOnlySpan<byte> fileKey)
    {
        var secret = RandomNumberGenerator.GetBytes(KeyBytes);
        var share = PublicKey(secret);
        var body = new byte[FileKeyBytes + TagBytes];
        var key = WrapKey(secret, recipient, share, recipient);
        if (key is null)
            throw new AgeException(AgeProblem.Key, "the recipient's key is a point of low order");
        using (var cipher = new ChaCha20Poly1305(key))
            cipher.Encrypt(stackalloc byte[NonceBytes], fileKey, body.AsSpan(0, FileKeyBytes), body.AsSpan(FileKeyBytes));
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(key);
        var text = new byte[AgeBase64.EncodedChars(KeyBytes)];
        AgeBase64.Encode(share, text);
        return new AgeStanza([AgeStanza.X25519Type, Encoding.ASCII.GetString(text)], body);
    }

    /// <summary>Null if it is not for that identity. Throws for a stanza that breaks the format.</summary>
    public static byte[]? TryUnwrap(AgeStanza stanza, byte[] secret, byte[] recipient)
    {
        var share = new byte[KeyBytes];
        if (stanza.Arguments.Count != 2
            || stanza.Arguments[1].Length != AgeBase64.EncodedChars(KeyBytes)
            || AgeBase64.Decode(Encoding.ASCII.GetBytes(stanza.Arguments[1]), share) != KeyBytes
            || stanza.Body.Length != FileKeyBytes + TagBytes)
            throw new AgeException(AgeProblem.Header, "a stanza for an X25519 recipient breaks the format");
        var key = WrapKey(secret, share, share, recipient) ?? throw new AgeException(AgeProblem.Header, "a stanza's share is a point of low order");
        var fileKey = new byte[FileKeyBytes];
        try
        {
            using var cipher = new ChaCha20Poly1305(key);
            cipher.Decrypt(stackalloc byte[NonceBytes], stanza.Body.AsSpan(0, FileKeyBytes), stanza.Body.AsSpan(FileKeyBytes), fileKey);
            return fileKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Null if the shared secret is all zeros: the other side's point is one that fits every secret.</summary>
    private static byte[]? WrapKey(byte[] secret, byte[] point, byte[] share, byte[] recipient)
    {
        var shared = new byte[KeyBytes];
        X25519.ScalarMult(secret, 0, point, 0, shared, 0);
        if (!shared.AsSpan().ContainsAnyExcept((byte)0))
            return null;
        byte[] salt = [.. share, .. recipient];
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, KeyBytes, salt, Info);
        CryptographicOperations.ZeroMemory(shared);
        return key;
    }
}

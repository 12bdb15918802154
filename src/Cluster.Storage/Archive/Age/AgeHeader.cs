using System.Security.Cryptography;
using System.Text;

namespace Cluster.Storage.Archive.Age;

/// <summary>The text before the encrypted content: stanzas, and a MAC over them by the file's key.</summary>
internal static class AgeHeader
{
    public const string VersionLine = "age-encryption.org/v1";
    public const string StanzaStart = "-> ";
    public const string End = "---";
    public const int BodyColumns = 64;
    public const int MacBytes = 32;

    private static readonly byte[] MacInfo = Encoding.ASCII.GetBytes("header");
    private static readonly byte[] PayloadInfo = Encoding.ASCII.GetBytes("payload");

    public static byte[] Encode(IReadOnlyList<AgeStanza> stanzas, byte[] fileKey)
    {
        var text = new StringBuilder(VersionLine).Append('\n');
        foreach (var stanza in stanzas)
        {
            text.Append(StanzaStart).AppendJoin(' ', stanza.Arguments).Append('\n');
            var body = new byte[AgeBase64.EncodedChars(stanza.Body.Length)];
            AgeBase64.Encode(stanza.Body, body);

            // The last line is shorter than the others, so a full one is followed by an empty one.
            for (var at = 0; at <= body.Length; at += BodyColumns)
                text.Append(Encoding.ASCII.GetString(body.AsSpan(at, Math.Min(BodyColumns, body.Length - at)))).Append('\n');
        }

        text.Append(End);
        var mac = new byte[AgeBase64.EncodedChars(MacBytes)];
        AgeBase64.Encode(Mac(fileKey, Encoding.ASCII.GetBytes(text.ToString())), mac);
        return Encoding.ASCII.GetBytes(text.Append(' ').Append(Encoding.ASCII.GetString(mac)).Append('\n').ToString());
    }

    /// <param name="fileKey">The file's key.</param>
    /// <param name="text">From the first byte through the three dashes.</param>
    public static byte[] Mac(byte[] fileKey, ReadOnlySpan<byte> text)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, MacBytes, [], MacInfo);
        var mac = HMACSHA256.HashData(key, text);
        CryptographicOperations.ZeroMemory(key);
        return mac;
    }

    public static ChaCha20Poly1305 PayloadCipher(byte[] fileKey, byte[] nonce)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, X25519Wrap.KeyBytes, nonce, PayloadInfo);
        var cipher = new ChaCha20Poly1305(key);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
